-- What acceptors and platforms stated about bills, and the lists that follow (X1 to X6), by plain SQL.

-- The latest statement about each bill; one that matched once has ended the duty to disclose.
CREATE TEMP VIEW bill_disclosures AS
    SELECT bill_no, stated_day, statement_count - 1 AS edits, is_matched, is_ended, statement_hash
    FROM (
        SELECT bill_no, day AS stated_day, statement_hash, is_matched,
            COUNT(*) OVER (PARTITION BY bill_no) AS statement_count,
            MAX(is_matched) OVER (PARTITION BY bill_no) AS is_ended,
            ROW_NUMBER() OVER (PARTITION BY bill_no ORDER BY place DESC) AS turn
        FROM (
            SELECT d.*, CASE WHEN matches THEN 1 ELSE 0 END AS is_matched
            FROM disclosures_bill_disclosed d
        ) s
    ) t
    WHERE turn = 1;

CREATE TEMP VIEW disclosed_months AS
    SELECT acceptor, month, statement_hash, is_matched
    FROM (
        SELECT acceptor, month, statement_hash,
            MAX(CASE WHEN matches THEN 1 ELSE 0 END) OVER (PARTITION BY acceptor, month)
                AS is_matched,
            ROW_NUMBER() OVER (PARTITION BY acceptor, month ORDER BY place DESC) AS turn
        FROM disclosures_month_disclosed
    ) t
    WHERE turn = 1;

CREATE TEMP VIEW disclosure_checks AS
    SELECT bill_no, party, snapshot_hash
    FROM (
        SELECT bill_no, party, snapshot_hash,
            ROW_NUMBER() OVER (PARTITION BY bill_no, party ORDER BY place DESC) AS turn
        FROM disclosures_disclosure_checked
    ) t
    WHERE turn = 1;

-- Events of a month, and what was overdue after the last of them.
CREATE TEMP VIEW overdue_months AS
    SELECT acceptor, month, event_count, balance_fen
    FROM (
        SELECT acceptor, month, SUM(events) OVER (PARTITION BY acceptor, month) AS event_count,
            SUM(amount_fen) OVER (PARTITION BY acceptor ORDER BY place) AS balance_fen,
            ROW_NUMBER() OVER (PARTITION BY acceptor, month ORDER BY place DESC) AS turn
        FROM (
            SELECT acceptor, month, place, amount_fen, CASE WHEN counted THEN 1 ELSE 0 END AS events
            FROM disclosures_overdue_counted
            UNION ALL
            SELECT acceptor, month, place, -amount_fen, CASE WHEN uncounted THEN -1 ELSE 0 END
            FROM disclosures_overdue_settled
        ) m
    ) t
    WHERE turn = 1;

-- The latest month of which each acceptor was listed, cleared and freed of its ban; 0: never.
CREATE TEMP VIEW acceptor_lists AS
    SELECT acceptor, MAX(CASE WHEN turn = 1 AND kind = 'listed' THEN month ELSE 0 END) AS listed,
        MAX(CASE WHEN turn = 1 AND kind = 'cleared' THEN month ELSE 0 END) AS cleared,
        MAX(CASE WHEN turn = 1 AND kind = 'unbanned' THEN month ELSE 0 END) AS unbanned
    FROM (
        SELECT l.*, ROW_NUMBER() OVER (PARTITION BY acceptor, kind ORDER BY place DESC) AS turn
        FROM (
            SELECT acceptor, month, place, 'listed' AS kind FROM disclosures_acceptor_listed
            UNION ALL
            SELECT acceptor, month, place, 'cleared' FROM disclosures_clearance_announced
            UNION ALL
            SELECT acceptor, month, place, 'unbanned' FROM disclosures_ban_removed
        ) l
    ) t
    GROUP BY acceptor;

CREATE TEMP VIEW bank_figures AS
    SELECT acceptor, total_assets_fen, deposits_fen, margin_fen, as_of_day
    FROM (
        SELECT f.*, ROW_NUMBER() OVER (PARTITION BY acceptor ORDER BY place DESC) AS turn
        FROM disclosures_figures_stated f
    ) t
    WHERE turn = 1;

CREATE TEMP VIEW access_banks AS
    SELECT acceptor, bank
    FROM (
        SELECT a.*, ROW_NUMBER() OVER (PARTITION BY acceptor ORDER BY place DESC) AS turn
        FROM presentations_access_bank_set a
    ) t
    WHERE turn = 1 AND bank <> '0x0000000000000000000000000000000000000000';
