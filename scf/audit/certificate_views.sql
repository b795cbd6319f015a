-- The books once more, by plain SQL over the events: a second reading beside the fold.
-- Each event is a view of its own (`receivables_transfer_single`), made from the ABI.

CREATE TEMP VIEW unit_moves AS
    SELECT id AS certificate_id, to_party AS holder, amount AS amount_fen, place
    FROM receivables_transfer_single
    UNION ALL
    SELECT id, from_party, -amount, place FROM receivables_transfer_single;

CREATE TEMP VIEW balances AS
    SELECT certificate_id, holder, SUM(amount_fen) AS amount_fen
    FROM unit_moves
    WHERE holder <> '0x0000000000000000000000000000000000000000'
    GROUP BY certificate_id, holder
    HAVING SUM(amount_fen) <> 0;

CREATE TEMP VIEW outstanding AS
    SELECT certificate_id, SUM(amount_fen) AS outstanding_fen
    FROM balances
    GROUP BY certificate_id;

CREATE TEMP VIEW cash_moves AS
    SELECT to_party AS party, amount AS amount_fen, place FROM cash_transfer
    UNION ALL
    SELECT from_party, -amount, place FROM cash_transfer;

CREATE TEMP VIEW cash_balances AS
    SELECT party, SUM(amount_fen) AS balance_fen
    FROM cash_moves
    WHERE party <> '0x0000000000000000000000000000000000000000'
    GROUP BY party
    HAVING SUM(amount_fen) <> 0;

CREATE TEMP VIEW cash_supply AS
    SELECT SUM(amount_fen) AS supply_fen
    FROM (
        SELECT amount_fen FROM cash_cash_minted
        UNION ALL
        SELECT -amount_fen FROM cash_cash_burnt
    ) s;

-- Every act on a certificate as one row of facts, then one row for each certificate: grouping needs
-- no index, where joins of events would.
CREATE TEMP VIEW certificate_facts AS
    SELECT id, MAX(invoice_key) AS invoice_key, MAX(debtor) AS debtor, MAX(supplier) AS supplier,
        MAX(opened_day) AS opened_day, MAX(due_day) AS due_day, MAX(is_draft) AS is_draft,
        MAX(confirmed_fen) AS confirmed_fen, MAX(is_taken) AS is_taken,
        MAX(is_disputed) AS is_disputed, MAX(is_cancelled) AS is_cancelled,
        MAX(is_overdue) AS is_overdue, MAX(paid_status) AS paid_status,
        SUM(COALESCE(units_fen, 0)) AS outstanding_fen
    FROM (
        SELECT id, invoice_key, debtor, supplier, day AS opened_day, due_day,
            CASE WHEN consent_hash
                = '0x0000000000000000000000000000000000000000000000000000000000000000'
                THEN 1 ELSE 0 END AS is_draft,
            CAST(NULL AS BIGINT) AS confirmed_fen, CAST(NULL AS BIGINT) AS is_taken,
            CAST(NULL AS BIGINT) AS is_disputed, CAST(NULL AS BIGINT) AS is_cancelled,
            CAST(NULL AS BIGINT) AS is_overdue, CAST(NULL AS BIGINT) AS paid_status,
            CAST(NULL AS BIGINT) AS units_fen
        FROM invoices_certificate_opened
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, amount_fen, NULL, NULL, NULL, NULL, NULL, NULL
        FROM invoices_certificate_confirmed
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL
        FROM invoices_certificate_taken
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL
        FROM invoices_certificate_disputed
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL
        FROM invoices_certificate_cancelled
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL
        FROM receivables_certificate_overdue
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, status, NULL
        FROM receivables_certificate_paid
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, status, NULL
        FROM receivables_certificate_retired
        UNION ALL
        SELECT id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            CASE WHEN from_party = '0x0000000000000000000000000000000000000000' THEN amount
                WHEN to_party = '0x0000000000000000000000000000000000000000' THEN -amount
                ELSE 0 END
        FROM receivables_transfer_single
    ) f
    GROUP BY id;

CREATE TEMP VIEW certificates AS
    SELECT id AS certificate_id, debtor, supplier, invoice_key, opened_day, due_day,
        CASE WHEN is_cancelled = 1 THEN 8
            WHEN paid_status = 7 THEN 7
            WHEN is_overdue = 1 THEN 6
            WHEN is_taken = 1 OR (confirmed_fen IS NOT NULL AND is_draft = 0) THEN 5
            WHEN confirmed_fen IS NOT NULL THEN 4
            WHEN is_disputed = 1 THEN 3
            ELSE 2 - is_draft END AS status,
        outstanding_fen
    FROM certificate_facts;

-- Requests that wait, and what is pledged.
CREATE TEMP VIEW locks AS
    SELECT certificate_id, holder, SUM(amount_fen) AS locked_fen
    FROM (
        SELECT r.id AS certificate_id, r.from_party AS holder, r.amount_fen
        FROM receivables_transfer_requested r
        WHERE r.pending_id NOT IN (SELECT pending_id FROM receivables_pending_closed)
        UNION ALL
        SELECT certificate_id, pledgor, amount_fen FROM pledges_part_pledged
        UNION ALL
        SELECT certificate_id, pledgor, -amount_fen FROM pledges_pledge_freed
    ) l
    GROUP BY certificate_id, holder
    HAVING SUM(amount_fen) <> 0;
