-- Commercial bills once more, by plain SQL over the events. A bill's ranges are held and written one
-- by one; the packed words and ids of the events are columns already (`packed.py`).

-- The word of every range that ever was; of one that is divided, only that it is.
CREATE TEMP VIEW range_words AS
    SELECT token_id, status, flag, previous_flag, resting_flag, pending_op, head, acts, dishonour,
        presented, guarantees, frozen, stopped, drawers_rights, detached, depth
    FROM (
        SELECT w.*, ROW_NUMBER() OVER (PARTITION BY token_id ORDER BY place DESC) AS turn
        FROM (
            SELECT token_id, place, word_status AS status, word_flag AS flag,
                word_previous_flag AS previous_flag, word_resting_flag AS resting_flag,
                word_pending_op AS pending_op, word_head AS head, word_acts AS acts,
                word_dishonour AS dishonour, word_presented AS presented,
                word_guarantees AS guarantees, word_frozen AS frozen, word_stopped AS stopped,
                word_drawers_rights AS drawers_rights, word_detached AS detached,
                word_depth AS depth
            FROM bills_range_written
            UNION ALL
            SELECT parent_id, place, 7, 9, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                NULL, NULL, NULL, NULL
            FROM bills_range_divided
        ) w
    ) t
    WHERE turn = 1;

-- Every range that exists: its last transfer went to somebody. An indivisible bill's has no units.
CREATE TEMP VIEW bill_ranges AS
    WITH held AS MATERIALIZED (
        SELECT token_id, bill_no, first, last, holder
        FROM (
            SELECT id AS token_id, id_bill_no AS bill_no, id_first AS first, id_last AS last,
                to_party AS holder, ROW_NUMBER() OVER (PARTITION BY id ORDER BY place DESC) AS turn
            FROM bills_transfer
        ) t
        WHERE turn = 1 AND holder <> '0x0000000000000000000000000000000000000000'
    ),
    written AS MATERIALIZED (SELECT * FROM range_words),
    faces AS MATERIALIZED (SELECT bill_no, terms_face_fen AS face_fen FROM bills_bill_issued)
    SELECT h.token_id, h.bill_no, h.holder, CASE WHEN h.last = 0 THEN 1 ELSE h.first END AS first_fen,
        CASE WHEN h.last = 0 THEN f.face_fen ELSE h.last END AS last_fen,
        CASE WHEN h.last = 0 THEN f.face_fen ELSE h.last - h.first + 1 END AS amount_fen,
        w.status, w.flag, w.pending_op
    FROM held h
    JOIN written w ON w.token_id = h.token_id
    JOIN faces f ON f.bill_no = h.bill_no;

-- What the ranges of each bill add up to; a gap is where one does not begin after the one before.
CREATE TEMP VIEW range_sums AS
    SELECT bill_no, SUM(amount_fen) AS ranges_fen, COUNT(*) AS range_count,
        SUM(CASE WHEN status IN (5, 6) THEN amount_fen ELSE 0 END) AS ended_fen,
        SUM(CASE WHEN next_fen <> last_fen + 1 THEN 1 ELSE 0 END) AS gap_count
    FROM (
        SELECT r.*, LEAD(first_fen) OVER (PARTITION BY bill_no ORDER BY first_fen) AS next_fen
        FROM bill_ranges r
    ) t
    GROUP BY bill_no;

-- Every act on a bill as one row of facts, then one row for each bill.
CREATE TEMP VIEW bills AS
    SELECT bill_no, MAX(drawer) AS drawer, MAX(acceptor) AS acceptor, MAX(payee) AS payee,
        MAX(acceptor_kind) AS acceptor_kind, MAX(divisible) AS divisible, MAX(trade_key) AS trade_key,
        MAX(face_fen) AS face_fen, MAX(issue_day) AS issue_day, MAX(maturity_day) AS maturity_day,
        COALESCE(MAX(acceptance_day), 0) AS acceptance_day,
        COALESCE(MAX(is_terminated), 0) AS is_terminated, MAX(ranges_fen) AS ranges_fen,
        MAX(ended_fen) AS ended_fen, MAX(range_count) AS range_count, MAX(gap_count) AS gap_count
    FROM (
        SELECT bill_no, CAST(NULL AS TEXT) AS drawer, acceptor, payee, parties_kind AS acceptor_kind,
            parties_divisible AS divisible, trade_key, terms_face_fen AS face_fen,
            terms_issue_day AS issue_day, terms_maturity_day AS maturity_day,
            CAST(NULL AS BIGINT) AS acceptance_day, CAST(NULL AS BIGINT) AS is_terminated,
            CAST(NULL AS BIGINT) AS ranges_fen, CAST(NULL AS BIGINT) AS ended_fen,
            CAST(NULL AS BIGINT) AS range_count, CAST(NULL AS BIGINT) AS gap_count
        FROM bills_bill_issued
        UNION ALL
        SELECT bill_no, drawer, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            NULL, NULL
        FROM acceptances_bill_drawn
        UNION ALL
        SELECT bill_no, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, day, NULL, NULL, NULL,
            NULL, NULL
        FROM acceptances_acceptance_given
        UNION ALL
        SELECT bill_no, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL,
            NULL, NULL
        FROM acceptances_bill_terminated
        UNION ALL
        SELECT bill_no, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ranges_fen,
            ended_fen, range_count, gap_count
        FROM range_sums
    ) f
    GROUP BY bill_no;

CREATE TEMP VIEW acceptor_accounts AS
    SELECT acceptor, SUM(accepted_fen) AS accepted_fen,
        SUM(accepted_fen) - SUM(ended_fen) AS balance_fen, SUM(overdue_fen) AS overdue_fen,
        SUM(overdue_fen) - SUM(settled_fen) AS overdue_balance_fen
    FROM (
        SELECT acceptor, face_fen AS accepted_fen, 0 AS ended_fen, 0 AS overdue_fen, 0 AS settled_fen
        FROM acceptances_acceptance_given
        UNION ALL
        SELECT acceptor, 0, ended_fen, 0, 0 FROM bills WHERE acceptance_day > 0
        UNION ALL
        SELECT acceptor, 0, 0, amount_fen, 0 FROM disclosures_overdue_counted
        UNION ALL
        SELECT acceptor, 0, 0, 0, amount_fen FROM disclosures_overdue_settled
    ) a
    GROUP BY acceptor;

CREATE TEMP VIEW overdue_bills AS
    SELECT bill_no, SUM(amount_fen) AS open_fen
    FROM (
        SELECT bill_no, amount_fen FROM disclosures_overdue_counted
        UNION ALL
        SELECT bill_no, -amount_fen FROM disclosures_overdue_settled
    ) o
    GROUP BY bill_no;

CREATE TEMP VIEW endorsement_records AS
    SELECT bill_no, record_index, record_party AS party, record_previous AS previous,
        record_day, record_kind, record_depth, record_marked
    FROM (
        SELECT r.*, ROW_NUMBER() OVER (PARTITION BY bill_no, record_index ORDER BY place DESC) AS turn
        FROM bills_record_written r
    ) t
    WHERE turn = 1;

-- A pursuit goes on in both pieces of a divided range, its costs in the piece that was taken. So a
-- piece is followed to its parent as that was when it was divided, and on to where it was opened.
-- Paying, giving up and going back into the parent end it.
CREATE TEMP VIEW bill_pursuits AS
    WITH RECURSIVE steps AS MATERIALIZED (
        SELECT s.*, CASE WHEN kind = 'divided' THEN token_id ELSE parent_id END AS source_id,
            CASE WHEN kind = 'divided' THEN LAG(place) OVER (PARTITION BY token_id ORDER BY place)
                ELSE place END AS source_place,
            ROW_NUMBER() OVER (PARTITION BY token_id ORDER BY place DESC) AS turn
        FROM (
            SELECT token_id, place, 'opened' AS kind, CAST(NULL AS TEXT) AS parent_id, ground, scope,
                day AS opened_day, refusal_day, costs_fen
            FROM recourse_pursuit_opened
            UNION ALL
            SELECT taken_id, place, 'taken', parent_id, NULL, NULL, NULL, NULL, NULL
            FROM recourse_claim_divided
            UNION ALL
            SELECT rest_id, place, 'rest', parent_id, NULL, NULL, NULL, NULL, NULL
            FROM recourse_claim_divided
            UNION ALL
            SELECT parent_id, place, 'divided', NULL, NULL, NULL, NULL, NULL, NULL
            FROM recourse_claim_divided
            UNION ALL
            SELECT token_id, place, 'ended', NULL, NULL, NULL, NULL, NULL, NULL
            FROM recourse_pursuit_withdrawn
            UNION ALL
            SELECT token_id, place, 'ended', NULL, NULL, NULL, NULL, NULL, NULL
            FROM recourse_settlement_taken
            UNION ALL
            SELECT part_id, place, 'ended', NULL, NULL, NULL, NULL, NULL, NULL
            FROM bills_ranges_merged
            UNION ALL
            SELECT rest_id, place, 'ended', NULL, NULL, NULL, NULL, NULL, NULL
            FROM bills_ranges_merged
        ) s
    ),
    walked AS (
        SELECT token_id, kind, source_id, source_place, ground, scope, opened_day, refusal_day,
            costs_fen, CASE WHEN kind = 'rest' THEN 1 ELSE 0 END AS is_rest
        FROM steps
        WHERE turn = 1
        UNION ALL
        SELECT w.token_id, s.kind, s.source_id, s.source_place, s.ground, s.scope, s.opened_day,
            s.refusal_day, s.costs_fen, CASE WHEN s.kind = 'rest' THEN 1 ELSE w.is_rest END
        FROM walked w
        JOIN steps s ON s.token_id = w.source_id AND s.place = w.source_place
        WHERE w.kind IN ('taken', 'rest', 'divided')
    )
    SELECT token_id, ground, scope, opened_day, refusal_day,
        CASE WHEN is_rest = 1 THEN 0 ELSE costs_fen END AS costs_fen
    FROM walked
    WHERE kind = 'opened';

-- What the holder of a range paid for it in recourse: the ground of its own claim.
CREATE TEMP VIEW bill_bases AS
    SELECT token_id, paid_fen
    FROM (
        SELECT b.*, ROW_NUMBER() OVER (PARTITION BY token_id ORDER BY place DESC) AS turn
        FROM (
            SELECT token_id, place, CASE WHEN ended THEN 0 ELSE paid_fen END AS paid_fen
            FROM recourse_settlement_taken
            UNION ALL
            SELECT taken_id, place, taken_basis_fen FROM recourse_claim_divided
            UNION ALL
            SELECT rest_id, place, rest_basis_fen FROM recourse_claim_divided
            UNION ALL
            SELECT part_id, place, 0 FROM bills_ranges_merged
            UNION ALL
            SELECT rest_id, place, 0 FROM bills_ranges_merged
        ) b
    ) t
    WHERE turn = 1 AND paid_fen > 0;

CREATE TEMP VIEW bill_residuals AS
    SELECT token_id, MAX(claimant) AS claimant, MAX(debtor) AS debtor, MAX(paid_fen) AS paid_fen,
        MAX(is_paid) AS is_paid
    FROM (
        SELECT token_id, claimant, debtor, paid_fen, 0 AS is_paid FROM recourse_residual_recorded
        UNION ALL
        SELECT token_id, NULL, NULL, NULL, 1 FROM recourse_residual_paid
    ) r
    GROUP BY token_id;

-- Money that changed hands for bills, by who says so: each has its move of cash beside it, in which
-- the interest of a late payment is added. On a pledged range, what is above the debt is the pledgor's.
CREATE TEMP VIEW bill_payments AS
    SELECT tx_place, token_id, MAX(payer) AS payer, MAX(payee) AS payee,
        SUM(amount_fen) AS amount_fen, MAX(kind) AS kind
    FROM (
        SELECT tx_place, token_id, acceptor AS payer, holder AS payee, amount_fen, 'paid' AS kind
        FROM presentations_bill_paid
        UNION ALL
        SELECT tx_place, token_id, NULL, NULL, interest_fen, NULL FROM settlement_overdue_interest_paid
        UNION ALL
        SELECT tx_place, token_id, NULL, NULL, -pledgor_fen, NULL
        FROM bill_loans_bill_pledge_collected
        UNION ALL
        SELECT tx_place, token_id, payer, holder, paid_fen, 'recourse' FROM recourse_settlement_taken
        UNION ALL
        SELECT tx_place, token_id, debtor, claimant, total_fen, 'residual' FROM recourse_residual_paid
    ) p
    GROUP BY tx_place, token_id;
