-- Financing once more, by plain SQL over the events.

CREATE TEMP VIEW pledges AS
    SELECT certificate_id, pledgor, loan_id, SUM(amount_fen) AS pledged_fen
    FROM (
        SELECT certificate_id, pledgor, debt_id AS loan_id, amount_fen FROM pledges_part_pledged
        UNION ALL
        SELECT certificate_id, pledgor, debt_id, -amount_fen FROM pledges_pledge_freed
    ) p
    GROUP BY certificate_id, pledgor, loan_id
    HAVING SUM(amount_fen) <> 0;

-- By the endorsement record that a pledge wrote, which all pieces of the range share.
CREATE TEMP VIEW bill_pledges AS
    SELECT bill_no, record, loan_id
    FROM (
        SELECT token_id_bill_no AS bill_no, record, loan_id,
            ROW_NUMBER() OVER (PARTITION BY token_id_bill_no, record ORDER BY place DESC) AS turn
        FROM bill_loans_bill_pledged
    ) p
    WHERE turn = 1;

-- Interest is what the last payment left; of later days it is not reckoned here.
CREATE TEMP VIEW loans AS
    SELECT loan_id, MAX(lender) AS lender, MAX(borrower) AS borrower,
        SUM(principal_fen) AS principal_fen, SUM(interest_fen) AS interest_fen,
        SUM(costs_fen) AS costs_fen, MAX(since_day) AS since_day, MAX(rate_ppm) AS rate_ppm,
        MAX(late_rate_ppm) AS late_rate_ppm, MAX(repay_day) AS repay_day, MAX(state) AS state
    FROM (
        SELECT loan_id, lender, borrower, principal_fen, 0 AS interest_fen, 0 AS costs_fen,
            day AS since_day, rate_ppm, late_rate_ppm, repay_day, 1 AS state
        FROM loans_loan_advanced
        UNION ALL
        SELECT loan_id, NULL, NULL, -principal_fen, CASE WHEN turn = 1 THEN accrued_fen ELSE 0 END,
            -costs_fen, day, NULL, NULL, NULL, 1
        FROM (
            SELECT p.*, ROW_NUMBER() OVER (PARTITION BY loan_id ORDER BY place DESC) AS turn
            FROM loans_loan_paid p
        ) t
        UNION ALL
        SELECT loan_id, NULL, NULL, 0, 0, costs_fen, NULL, NULL, NULL, NULL, 1
        FROM loans_loan_costs_stated
        UNION ALL
        SELECT loan_id, NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, 2 FROM loans_loan_defaulted
        UNION ALL
        SELECT loan_id, NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, 3 FROM loans_loan_repaid
    ) l
    GROUP BY loan_id;

-- A sale with recourse names its quote and terms; its parts are those of the move before it.
CREATE TEMP VIEW factoring_deals AS
    SELECT quote_id, MAX(certificate_id) AS certificate_id, MAX(supplier) AS supplier,
        MAX(factor) AS factor, MAX(part_fen) AS part_fen, MAX(advance_fen) AS advance_fen,
        MAX(rate_ppm) AS rate_ppm, MAX(costs_max_fen) AS costs_max_fen, MAX(state) AS state
    FROM (
        SELECT quote_id, certificate_id, supplier, factor, part_fen, advance_fen, rate_ppm,
            costs_max_fen, 0 AS state
        FROM (
            SELECT quote_id, advance_fen, rate_ppm, costs_max_fen,
                LAG(certificate_id) OVER (ORDER BY place) AS certificate_id,
                LAG(supplier) OVER (ORDER BY place) AS supplier,
                LAG(factor) OVER (ORDER BY place) AS factor,
                LAG(part_fen) OVER (ORDER BY place) AS part_fen
            FROM (
                SELECT place, CAST(NULL AS TEXT) AS quote_id, id AS certificate_id,
                    from_party AS supplier, to_party AS factor, amount AS part_fen,
                    CAST(NULL AS BIGINT) AS advance_fen, CAST(NULL AS BIGINT) AS rate_ppm,
                    CAST(NULL AS BIGINT) AS costs_max_fen
                FROM receivables_transfer_single
                UNION ALL
                SELECT place, quote_id, NULL, NULL, NULL, NULL, advance_fen, rate_ppm, costs_max_fen
                FROM settlement_factored_with_recourse
            ) m
        ) s
        WHERE quote_id IS NOT NULL
        UNION ALL
        SELECT quote_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1 FROM factoring_bought_back
        UNION ALL
        SELECT quote_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2 FROM factoring_surplus_returned
    ) d
    GROUP BY quote_id;

CREATE TEMP VIEW collection_costs AS
    SELECT quote_id, factor, costs_fen
    FROM (
        SELECT deal_id AS quote_id, factor, costs_fen,
            ROW_NUMBER() OVER (PARTITION BY deal_id, factor ORDER BY place DESC) AS turn
        FROM factoring_claims_costs_stated
    ) c
    WHERE turn = 1;

CREATE TEMP VIEW undertakings_spent AS
    SELECT certificate_id, to_party, "index" AS undertaking, SUM(amount_fen) AS amount_fen,
        SUM(paid_fen) AS paid_fen
    FROM factoring_claims_undertaking_spent
    GROUP BY certificate_id, to_party, "index";

CREATE TEMP VIEW recourse_claims AS
    SELECT claim_id, MAX(certificate_id) AS certificate_id, MAX(claimant) AS claimant,
        MAX(against) AS against, MAX(amount_fen) AS amount_fen, MAX(state) AS state
    FROM (
        SELECT claim_id, certificate_id, claimant, against, amount_fen, 1 AS state
        FROM factoring_claims_recourse_claimed
        UNION ALL
        SELECT claim_id, NULL, NULL, NULL, NULL, 2 FROM factoring_recourse_paid
        UNION ALL
        SELECT claim_id, NULL, NULL, NULL, NULL, 3 FROM factoring_claims_recourse_claim_withdrawn
    ) c
    GROUP BY claim_id;

CREATE TEMP VIEW collections AS
    SELECT id AS certificate_id, SUM(principal_fen) AS principal_fen,
        SUM(interest_fen) AS interest_fen, SUM(principal_fen * late_days) AS fen_days
    FROM receivables_certificate_paid
    GROUP BY id;

-- The last undertaking counts, less what was borne since.
CREATE TEMP VIEW interest_shares AS
    WITH given AS MATERIALIZED (
        SELECT certificate_id, debtor, share_ppm, until_day, cap_fen, place,
            ROW_NUMBER() OVER (PARTITION BY certificate_id ORDER BY place DESC) AS turn
        FROM settlement_interest_share_undertaken
    ),
    borne AS MATERIALIZED (SELECT certificate_id, place, paid_fen FROM settlement_interest_shared)
    SELECT certificate_id, debtor, share_ppm, until_day,
        cap_fen - COALESCE((
            SELECT SUM(b.paid_fen) FROM borne b
            WHERE b.certificate_id = g.certificate_id AND b.place > g.place
        ), 0) AS left_fen
    FROM given g
    WHERE turn = 1;

CREATE TEMP VIEW bill_interest_shares AS
    WITH given AS MATERIALIZED (
        SELECT bill_no, payer, share_ppm, until_day, cap_fen, place,
            ROW_NUMBER() OVER (PARTITION BY bill_no ORDER BY place DESC) AS turn
        FROM bill_discounting_bill_share_undertaken
    ),
    borne AS MATERIALIZED (
        SELECT bill_no, place, paid_fen FROM bill_discounting_bill_interest_shared
    )
    SELECT bill_no, payer, share_ppm, until_day,
        cap_fen - COALESCE((
            SELECT SUM(b.paid_fen) FROM borne b WHERE b.bill_no = g.bill_no AND b.place > g.place
        ), 0) AS left_fen
    FROM given g
    WHERE turn = 1;

-- Ranges discounted with the right to redeem, while they can be.
CREATE TEMP VIEW discounted_ranges AS
    SELECT token_id, seller, opened_day, redeem_from, redeem_until, price_fen, redeem_fen,
        redeem_rate_ppm
    FROM (
        SELECT r.*, ROW_NUMBER() OVER (PARTITION BY token_id ORDER BY place DESC) AS turn
        FROM (
            SELECT token_id, place, seller, day AS opened_day, redeem_from, redeem_until, price_fen,
                redeem_fen, redeem_rate_ppm
            FROM bill_discounting_repo_opened
            UNION ALL
            SELECT token_id, place, seller, NULL, NULL, NULL, NULL, NULL, NULL
            FROM bill_discounting_bill_redeemed
            UNION ALL
            SELECT token_id, place, seller, NULL, NULL, NULL, NULL, NULL, NULL
            FROM bill_discounting_repo_ended
        ) r
    ) t
    WHERE turn = 1 AND opened_day IS NOT NULL;
