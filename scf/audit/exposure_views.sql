-- What invoices back and what debtors owe, over every instrument together, by plain SQL over the
-- events.

-- A confirmation uses the invoice; cancelling what was offered gives all of it back. So do a bill's
-- acceptance and its end before delivery.
CREATE TEMP VIEW invoice_use AS
    SELECT invoice_key, debtor, SUM(used_fen) AS used_fen
    FROM (
        SELECT invoice_key, debtor,
            CASE WHEN is_cancelled = 1 THEN 0 ELSE confirmed_fen END AS used_fen
        FROM certificate_facts
        WHERE confirmed_fen IS NOT NULL
        UNION ALL
        SELECT trade_key, drawer, CASE WHEN is_terminated = 1 THEN 0 ELSE face_fen END
        FROM bills
        WHERE acceptance_day > 0
            AND trade_key <> '0x0000000000000000000000000000000000000000000000000000000000000000'
    ) u
    GROUP BY invoice_key, debtor;

-- What was used is owed until it is paid, or discharged before its day; a bill until it ends.
CREATE TEMP VIEW debtor_outstanding AS
    SELECT debtor, SUM(amount_fen) AS outstanding_fen
    FROM (
        SELECT debtor, CASE WHEN is_cancelled = 1 THEN 0 ELSE confirmed_fen END AS amount_fen
        FROM certificate_facts
        WHERE confirmed_fen IS NOT NULL
        UNION ALL
        SELECT debtor, -principal_fen FROM receivables_certificate_paid
        UNION ALL
        SELECT debtor, -principal_fen FROM receivables_certificate_retired
        UNION ALL
        SELECT drawer, face_fen - ended_fen
        FROM bills
        WHERE acceptance_day > 0
            AND trade_key <> '0x0000000000000000000000000000000000000000000000000000000000000000'
    ) u
    GROUP BY debtor;

CREATE TEMP VIEW limits AS
    SELECT debtor, limit_fen
    FROM (
        SELECT debtor, limit_fen,
            ROW_NUMBER() OVER (PARTITION BY debtor ORDER BY place DESC) AS turn
        FROM invoices_opening_limit_set
    ) l
    WHERE turn = 1;
