-- What is asked for, refused and ordered about ranges of bills, by plain SQL over the events.

-- Orders about a range go on in both pieces when it is divided, and leave the whole; what is over by
-- then goes on nowhere. So a piece is followed to its parent as that was when it was divided, and on
-- to the order.
CREATE TEMP VIEW bill_restraints AS
    WITH RECURSIVE divided AS MATERIALIZED (
        SELECT parent_id, part_id, rest_id, place
        FROM (
            SELECT e.*, LAG(restraints) OVER (PARTITION BY parent_id ORDER BY place) AS in_force
            FROM (
                SELECT token_id AS parent_id, CAST(NULL AS TEXT) AS part_id,
                    CAST(NULL AS TEXT) AS rest_id, place, word_frozen + word_stopped AS restraints
                FROM bills_range_written
                UNION ALL
                SELECT parent_id, part_id, rest_id, place, NULL FROM bills_range_divided
            ) e
        ) d
        WHERE part_id IS NOT NULL AND in_force > 0
    ),
    steps AS MATERIALIZED (
        SELECT s.*, CASE WHEN kind = 'divided' THEN token_id ELSE parent_id END AS source_id,
            CASE WHEN kind = 'divided'
                THEN LAG(place) OVER (PARTITION BY measure, token_id ORDER BY place)
                ELSE place END AS source_place,
            ROW_NUMBER() OVER (PARTITION BY measure, token_id ORDER BY place DESC) AS turn
        FROM (
            SELECT m.measure, e.token_id, e.place, e.kind, e.parent_id, e.until_day
            FROM (SELECT 'frozen' AS measure UNION ALL SELECT 'stopped') m
            CROSS JOIN (
                SELECT token_id, place, 'lifted' AS kind, CAST(NULL AS TEXT) AS parent_id,
                    CAST(NULL AS BIGINT) AS until_day
                FROM bills_range_unfrozen
                UNION ALL
                SELECT part_id, place, 'piece', parent_id, NULL FROM divided
                UNION ALL
                SELECT rest_id, place, 'piece', parent_id, NULL FROM divided
                UNION ALL
                SELECT parent_id, place, 'divided', NULL, NULL FROM divided
            ) e
            UNION ALL
            SELECT 'frozen', token_id, place, 'ordered', NULL, until_day FROM bills_range_frozen
            UNION ALL
            SELECT 'stopped', token_id, place, 'ordered', NULL, until_day
            FROM bills_range_payment_stopped
        ) s
    ),
    walked AS (
        SELECT measure, token_id, kind, source_id, source_place, until_day
        FROM steps
        WHERE turn = 1
        UNION ALL
        SELECT w.measure, w.token_id, s.kind, s.source_id, s.source_place, s.until_day
        FROM walked w
        JOIN steps s
            ON s.measure = w.measure AND s.token_id = w.source_id AND s.place = w.source_place
        WHERE w.kind IN ('piece', 'divided')
    ),
    written AS MATERIALIZED (SELECT * FROM range_words)
    SELECT o.token_id,
        MAX(CASE WHEN o.measure = 'frozen' THEN o.until_day ELSE 0 END) AS frozen_until_day,
        MAX(CASE WHEN o.measure = 'stopped' THEN o.until_day ELSE 0 END) AS stopped_until_day
    FROM walked o
    JOIN written w ON w.token_id = o.token_id AND w.frozen + w.stopped > 0
    WHERE o.kind = 'ordered'
    GROUP BY o.token_id;

-- A refusal stands beside the one its range had before it: day and presentation are the first's, the
-- scope is the widest, and the code the first that no court's order made (6).
CREATE TEMP VIEW bill_dishonours AS
    WITH RECURSIVE writings AS MATERIALIZED (
        SELECT token_id, place, word_dishonour,
            LAG(word_dishonour) OVER (PARTITION BY token_id ORDER BY place) AS before
        FROM bills_range_written
    ),
    given AS MATERIALIZED (
        SELECT bill_no, dishonour, first_day, presented_day, code, scope, (
                SELECT w.before FROM writings w
                WHERE w.token_id = t.token_id AND w.place < t.place
                ORDER BY w.place DESC LIMIT 1
            ) AS before
        FROM (
            SELECT token_id, place, token_id_bill_no AS bill_no, "index" AS dishonour,
                act_day AS first_day, presented_day, code, scope,
                ROW_NUMBER() OVER (PARTITION BY token_id_bill_no, "index" ORDER BY place) AS turn
            FROM presentations_bill_dishonoured
            WHERE "index" > 0
        ) t
        WHERE turn = 1
    ),
    walked AS (
        SELECT bill_no, dishonour, first_day, presented_day, code, scope, before,
            CASE WHEN code = 6 THEN 0 ELSE 1 END AS is_counted
        FROM given
        UNION ALL
        SELECT w.bill_no, w.dishonour, g.first_day, g.presented_day,
            CASE WHEN g.code = 6 THEN w.code ELSE g.code END,
            CASE WHEN g.scope > w.scope THEN g.scope ELSE w.scope END, g.before,
            CASE WHEN g.code = 6 THEN w.is_counted ELSE 1 END
        FROM walked w
        JOIN given g ON g.bill_no = w.bill_no AND g.dishonour = w.before
    )
    SELECT bill_no, dishonour, first_day, presented_day, code, scope, is_counted
    FROM walked
    WHERE COALESCE(before, 0) = 0;

-- Two-sided acts asked for on ranges, as they stand: 1 waiting, then as they were closed.
CREATE TEMP VIEW bill_pending AS
    WITH held AS MATERIALIZED (SELECT id, place, to_party FROM bills_transfer),
    faces AS MATERIALIZED (SELECT bill_no, terms_face_fen AS face_fen FROM bills_bill_issued),
    closed AS MATERIALIZED (
        SELECT pending_id, state FROM endorsements_pending_closed
        UNION ALL
        SELECT pending_id, state FROM guarantees_pending_closed
        UNION ALL
        SELECT pending_id, state FROM recourse_pending_closed
    )
    SELECT r.pending_id, r.op, r.requester, r.counterparty, r.token_id,
        CASE WHEN r.amount_fen IS NOT NULL THEN r.amount_fen
            WHEN r.last = 0 THEN f.face_fen
            ELSE r.last - r.first + 1 END AS amount_fen,
        r.deadline_day, COALESCE(c.state, 1) AS state
    FROM (
        SELECT pending_id, 3 AS op, from_party AS requester, to_party AS counterparty,
            part_id AS token_id, part_id_bill_no AS bill_no, part_id_first AS first,
            part_id_last AS last, CAST(NULL AS BIGINT) AS amount_fen, deadline_day
        FROM endorsements_endorsement_requested
        UNION ALL
        SELECT pending_id, 4, (
                SELECT h.to_party FROM held h WHERE h.id = m.token_id AND h.place < m.place
                ORDER BY h.place DESC LIMIT 1
            ), setter, token_id, token_id_bill_no, 0, 0, 0, deadline_day
        FROM endorsements_mark_revocation_requested m
        UNION ALL
        SELECT pending_id, 5, requester, guarantor, token_id, token_id_bill_no, token_id_first,
            token_id_last, NULL, deadline_day
        FROM guarantees_guarantee_requested
        UNION ALL
        SELECT pending_id, 7, payer, (
                SELECT h.to_party FROM held h WHERE h.id = o.token_id AND h.place < o.place
                ORDER BY h.place DESC LIMIT 1
            ), token_id, token_id_bill_no, 0, 0, amount_max_fen, deadline_day
        FROM recourse_settlement_offered o
    ) r
    JOIN faces f ON f.bill_no = r.bill_no
    LEFT JOIN closed c ON c.pending_id = r.pending_id;
