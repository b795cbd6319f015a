-- The event store. Written for SQLite; `scf.audit.database` makes PostgreSQL's types of INTEGER, BLOB
-- and STRICT. Amounts are integer fen, days civil day numbers (UTC+8), times Unix seconds, hashes and
-- addresses text: 0x and lower-case hex.
--
-- A place is one number for one spot of one deployment, and sorts like the chain:
--     deployment id * 2^56 + block number * 2^20 + index in the block.
-- It is the key of events (index = log index) and transactions (index = transaction index), so the
-- same log cannot be stored twice.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,             -- schema_version, package_version
    value TEXT NOT NULL
) STRICT;

CREATE TABLE deployments (             -- one per manifest, side by side
    id INTEGER PRIMARY KEY,            -- 1 to 127
    manifest_hash TEXT NOT NULL UNIQUE,-- keccak-256 of the manifest's text
    manifest TEXT NOT NULL,
    chain_id INTEGER NOT NULL,
    genesis_hash TEXT NOT NULL,
    first_block INTEGER NOT NULL,
    synced_block INTEGER,              -- the last block read, with events or without; NULL at first
    synced_hash TEXT,
    synced_timestamp INTEGER
) STRICT;

CREATE TABLE event_types (             -- one per contract and topic seen
    id INTEGER PRIMARY KEY,
    deployment_id INTEGER NOT NULL REFERENCES deployments (id),
    contract TEXT NOT NULL,            -- Receivables
    address TEXT NOT NULL,
    name TEXT NOT NULL,                -- CertificateOpened; '' for a log that this version cannot read
    topic TEXT NOT NULL,               -- its first topic; '' for a log without topics
    topic_count INTEGER NOT NULL,      -- topics of a log, the first included
    inputs TEXT NOT NULL,              -- the ABI's inputs, JSON
    UNIQUE (deployment_id, address, topic, topic_count, name)
) STRICT;

CREATE TABLE blocks (                  -- those with events
    deployment_id INTEGER NOT NULL REFERENCES deployments (id),
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    parent_hash TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    state_root TEXT NOT NULL,
    receipts_root TEXT NOT NULL,
    event_count INTEGER NOT NULL,
    digest TEXT NOT NULL,              -- of this block's events on the digest of the block before
    PRIMARY KEY (deployment_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_day ON blocks (deployment_id, day, number);

CREATE TABLE transactions (            -- those with events
    id INTEGER PRIMARY KEY,            -- a place
    hash TEXT NOT NULL,
    sender TEXT                        -- the key that sent it; NULL until asked for
) STRICT;
CREATE INDEX transactions_hash ON transactions (hash);

CREATE TABLE events (
    place INTEGER PRIMARY KEY,
    transaction_id INTEGER NOT NULL,   -- no foreign key, which would want an index
    type_id INTEGER NOT NULL REFERENCES event_types (id),
    body BLOB NOT NULL,                -- the log itself: topics after the first, then its data
    checksum INTEGER NOT NULL          -- first 8 bytes of the event's digest (scf.audit.digests)
) STRICT;
CREATE INDEX events_type ON events (type_id, place);

CREATE TABLE subjects (                -- whatever has a history
    id INTEGER PRIMARY KEY,
    deployment_id INTEGER NOT NULL REFERENCES deployments (id),
    kind TEXT NOT NULL,                -- party, officer, certificate, invoice, pending, quote, order …
    key TEXT NOT NULL,                 -- 0x and 40 or 64 digits
    UNIQUE (deployment_id, key, kind)
) STRICT;

CREATE TABLE event_subjects (          -- which events speak of a subject, some in each row
    subject_id INTEGER NOT NULL REFERENCES subjects (id),
    first_place INTEGER NOT NULL,      -- place of the first of them
    offsets TEXT NOT NULL,             -- how far they lie from that, JSON: [0, 3, 1048576]
    PRIMARY KEY (subject_id, first_place)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (             -- the fold's state after the last event of a block
    deployment_id INTEGER NOT NULL REFERENCES deployments (id),
    block_number INTEGER NOT NULL,
    block_hash TEXT NOT NULL,
    events_digest TEXT NOT NULL,       -- blocks.digest of that block
    event_count INTEGER NOT NULL,      -- events folded, from the first
    fold_version TEXT NOT NULL,        -- hash of the fold's code: another fold starts anew
    sha256 TEXT NOT NULL,              -- of the body and all of the above
    body BLOB NOT NULL,
    PRIMARY KEY (deployment_id, block_number)
) STRICT;
