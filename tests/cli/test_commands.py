"""Commands against a ledger: the way of a certificate, shapes of results, refusals."""

from __future__ import annotations

import json

import pytest

from tests.cli.driving import scf

DAY = "2026-03-02"
DUE = "2026-04-20"
EVIDENCE, CONSENT = "0x" + "e1" * 32, "0x" + "c0" * 32
MISSING = "0x" + "99" * 32
TX = {"hash", "block", "day", "gas_used", "replayed"}


@pytest.fixture(scope="module")
def opened(desk):
    """A certificate of the seller's on the buyer."""
    codes = desk.codes
    limit = ["--party", codes["buyer"], "--amount", "5,000,000", "--approver", "operator-2"]
    desk.scf("invoice", "limit", *limit, key="operator-1").require()
    parties = ["--supplier", codes["seller"], "--debtor", codes["buyer"]]
    key = desk.scf("invoice", "key", "--number", "A-1", *parties).result["key"]
    said = desk.scf(
        *("receivable", "open", "--invoice", key, *parties, "--amount", "1,000.00"),
        *("--delivery", DAY, "--due", DUE, "--evidence", EVIDENCE, "--consent", CONSENT),
        key="seller-1",
    )
    assert said.result["status"] == "claimed"
    assert set(said.result) == {
        *("certificate_id", "supplier", "debtor", "amount_fen", "due_day", "status"),
        *("conflicted", "tx"),
    }
    done = desk.scf(
        *("receivable", "confirm", "--invoice", key, "--supplier", codes["seller"]),
        *("--evidence", EVIDENCE, "--by", "buyer-1"),
        key="buyer-2",
    ).result
    assert done["amount_fen"] == 100_000
    assert set(done["tx"]) == TX
    return done["certificate_id"]


def test_certificate__is_shown_with_its_holders(desk, opened):
    shown = desk.scf("receivable", "show", "--id", opened).result
    holders = desk.scf("receivable", "holders", "--id", opened).result

    assert shown["status"] == "active"
    assert shown["outstanding_fen"] == 100_000
    assert shown["due_day"] == DUE
    assert sum(row["amount_fen"] for row in holders["holders"]) == 100_000


def test_transfer__goes_by_consent_and_by_request(desk, opened):
    codes = desk.codes
    consent = ["--from", codes["seller"], "--until", DUE, "--consent", CONSENT]
    part = ["--id", opened, "--amount", "100", "--evidence", EVIDENCE]

    without = desk.scf("receivable", "transfer", *part, "--to", codes["third"], key="seller-1")
    given = desk.scf("receivable", "consent", *consent, key="third-1")
    moved = desk.scf("receivable", "transfer", *part, "--to", codes["third"], key="seller-1")
    again = desk.scf("receivable", "transfer", *part, "--to", codes["third"], key="seller-1")
    asked = desk.scf(
        "receivable", "request", *part, "--to", codes["third"], "--until", DAY, key="seller-1"
    )
    taken = desk.scf(
        "receivable",
        "accept",
        *part,
        *("--from", codes["seller"], "--consent", CONSENT),
        key="third-1",
    )

    assert without.code == 1
    assert without.error["error"] == "ReceivablesConsentNotGiven"
    assert without.error["rule"]["id"] == "R77-9"
    assert given.result["until"] == DUE
    assert moved.result["amount_fen"] == 10_000
    assert again.result["tx"]["replayed"] is True
    assert asked.result["deadline_day"] == DAY
    assert taken.result["transfer_id"] == asked.result["pending_id"]
    held = desk.scf("receivable", "position", "--id", opened, "--party", codes["third"]).result
    assert held["balance_fen"] == 20_000


def test_finance__quote_terms_and_sale(desk, opened, tmp_path):
    codes, out = desk.codes, str(tmp_path / "quote.json")
    mint = ["--to", codes["bank"], "--amount", "500", "--payment", "0x" + "b1" * 32]
    desk.scf("cash", "mint", *mint, key="clearing-1").require()
    quoted = desk.scf(
        *("finance", "quote", "--id", opened, "--seller", codes["seller"], "--amount", "300"),
        *("--rate", "3.60 %", "--fee", "1", "--receipt", "0x" + "f1" * 32, "--until", DAY),
        *("--out", out),
        key="bank-1",
    )

    terms = desk.scf("finance", "terms", "--quote", out).result
    hashes = ["--evidence", EVIDENCE, "--consent", CONSENT]
    sold = desk.scf("finance", "accept", "--quote", out, *hashes, key="seller-1").result
    twice = desk.scf("finance", "accept", "--quote", out, *hashes, key="seller-2")

    assert quoted.result["amount_fen"] == 30_000
    assert terms["interest_fen"] + terms["fee_fen"] + terms["net_fen"] == 30_000
    assert terms["apr_ppm"] > 36_000
    assert sold["net_fen"] == terms["net_fen"]
    assert twice.error["error"] == "DiscountingReceiptUsed"
    balance = desk.scf("cash", "balance", "--party", codes["seller"]).result
    assert balance["balance_fen"] == sold["net_fen"]


@pytest.fixture
def quoted(desk, opened, tmp_path):
    """Makes a quote's file: so much of the certificate, by the bank, until a day."""
    codes = desk.codes

    def quote(receipt: str, *, amount: str = "50", until: str = DAY) -> str:
        out = str(tmp_path / f"{receipt}.json")
        desk.scf(
            *("finance", "quote", "--id", opened, "--seller", codes["seller"], "--out", out),
            *("--amount", amount, "--rate", "3.60 %", "--receipt", "0x" + receipt * 32),
            *("--until", until),
            key="bank-1",
        ).require()
        return out

    return quote


HASHES = ("--evidence", EVIDENCE, "--consent", CONSENT)


def test_finance__the_bank_buys_on_its_own_quote(desk, opened, quoted):
    codes, quote = desk.codes, quoted("f2")
    mint = ["--to", codes["bank"], "--amount", "500", "--payment", "0x" + "b2" * 32]
    desk.scf("cash", "mint", *mint, key="clearing-1").require()
    buy = ["finance", "buy", "--quote", quote, *HASHES, "--seller-key"]
    before = desk.scf("cash", "balance", "--party", codes["seller"]).result["balance_fen"]

    by_other = desk.scf(*buy, "third-1", key="bank-1")
    by_stranger = desk.scf(*buy, "seller-1", key="third-1")
    bought = desk.scf(*buy, "seller-1", key="bank-1").result
    twice = desk.scf(*buy, "seller-1", key="bank-2")

    assert set(bought) == {
        *("quote_id", "certificate_id", "seller", "funder", "amount_fen", "interest_fen"),
        *("fee_fen", "net_fen", "buyer_part_fen", "tx"),
    }
    assert (by_other.code, by_other.error["error"]) == (1, "DiscountingParty")
    assert (by_stranger.code, by_stranger.error["error"]) == (1, "ParticipantsRoleLacking")
    assert (twice.code, twice.error["error"]) == (1, "DiscountingReceiptUsed")
    after = desk.scf("cash", "balance", "--party", codes["seller"]).result["balance_fen"]
    assert after - before == bought["net_fen"]


def test_finance__a_revoked_quote_sells_nothing(desk, opened, quoted):
    quote = quoted("f3")

    by_stranger = desk.scf("finance", "revoke", "--quote", quote, key="third-1")
    revoked = desk.scf("finance", "revoke", "--quote", quote, key="bank-2").result
    sold = desk.scf("finance", "accept", "--quote", quote, *HASHES, key="seller-1")

    assert (by_stranger.code, by_stranger.error["field"]) == (2, "signer")
    assert set(revoked) == {"quote_id", "tx"}
    assert (sold.code, sold.error["error"]) == (1, "GovernedSignatureRevoked")


@pytest.mark.parametrize(
    ("verb", "more", "key"),
    [("accept", (), "seller-1"), ("buy", ("--seller-key", "seller-1"), "bank-1")],
)
def test_finance__an_expired_quote_is_named(desk, quoted, verb, more, key):
    quote = quoted("f4", until="2026-03-01")

    said = desk.scf("finance", verb, "--quote", quote, *HASHES, *more, key=key)

    assert said.code == 2
    assert said.error["field"] == "quote"
    assert "still open" in said.error["expected"]


def test_finance__more_than_the_seller_holds_is_refused(desk, quoted):
    quote = quoted("f5", amount="1,000,000")

    said = desk.scf("finance", "accept", "--quote", quote, *HASHES, key="seller-1")

    assert said.code == 1
    assert said.error["error"] == "ReceivablesAvailable"


def test_request__with_limited_recourse_is_taken_or_expires(desk, opened):
    codes = desk.codes
    part = ["--id", opened, "--amount", "10", "--evidence", EVIDENCE, "--reference", "limited"]
    part += ["--cap", "4"]

    asked = desk.scf(
        *("receivable", "request", *part, "--to", codes["third"], "--until", DAY), key="seller-1"
    ).result
    early = desk.scf("receivable", "expire", "--pending", asked["pending_id"], key="third-1")
    taken = ["--from", codes["seller"], "--consent", CONSENT]
    desk.scf("receivable", "accept", *part, *taken, key="third-1").require()
    shown = desk.scf("receivable", "undertakings", "--id", opened, "--party", codes["third"]).result

    assert (early.code, early.error["error"]) == (1, "TwoSidedNotExpired")
    undertaking = shown["undertakings"][-1]
    assert (undertaking["recourse"], undertaking["cap_fen"]) == ("limited", 400)
    assert undertaking["amount_fen"] == 1_000


@pytest.mark.parametrize(
    ("words", "key", "code", "name"),
    [
        (["receivable", "show", "--id", MISSING], None, 2, "UsageError"),
        (["receivable", "show", "--id", "17"], None, 2, "UsageError"),
        (["cash", "balance", "--party", "91990100MADEM0011X"], None, 2, "UsageError"),
        (["participant", "show", "--party", "0x" + "12" * 20], None, 2, "UsageError"),
        (["rule", "show", "NO-1"], None, 2, "UsageError"),
        (["chain", "move-to", "2020-01-01"], None, 2, "UsageError"),
        (["cash", "transfer", "--to", "{seller}", "--amount", "9"], "third-1", 1, "CashBalance"),
        (["cash", "transfer", "--to", "{seller}", "--amount", "0"], "third-1", 2, "UsageError"),
        (["cash", "transfer", "--to", "{seller}", "--amount", "1.234"], "third-1", 2, "UsageError"),
        (["cash", "transfer", "--to", "{seller}", "--amount", "9"], None, 2, "UsageError"),
        (["cash", "transfer", "--to", "{seller}", "--amount", "9"], "who", 2, "KeyFileError"),
        (
            ["receivable", "overdue", "--id", "{certificate}"],
            "third-1",
            1,
            "ReceivablesNotDue",
        ),
        (["receivable", "pay", "--id", "{certificate}"], "buyer-1", 1, "ReceivablesNotDue"),
    ],
)
def test_bad_input__is_refused_by_name(desk, opened, words, key, code, name):
    filled = [word.format(certificate=opened, **desk.codes) for word in words]

    said = desk.scf(*filled, key=key)

    assert said.code == code
    assert said.error["error"] == name


def test_wrong_password__opens_nothing(desk, monkeypatch):
    monkeypatch.setenv("SCF_PASSWORD", "wrong")

    said = desk.scf(
        "cash", "transfer", "--to", desk.codes["seller"], "--amount", "1", key="third-1"
    )

    assert said.code == 2
    assert said.error["error"] == "KeyFileError"
    assert said.error["value"] == "(hidden)"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [("chainId", 1, "chain id"), ("genesisHash", "0x00", "genesis hash")],
)
def test_manifest_of_another_chain__is_refused_by_name(desk, tmp_path, field, value, named):
    shape = json.loads((desk.home / "manifest.json").read_text(encoding="utf-8"))
    path = tmp_path / "other.json"
    path.write_text(json.dumps(shape | {field: value}), encoding="utf-8")

    said = scf("cash", "supply", "--url", desk.url, "--manifest", str(path), "--json")

    assert said.code == 2
    assert said.error["error"] == "ManifestError"
    assert said.error["field"] == named


def test_participant__is_shown_suspended_resumed_and_frozen(desk):
    party = ["--party", desk.codes["third"]]
    reason = ["--reason", "0x" + "77" * 32, "--approver", "operator-2"]
    order = ["--document", "0x" + "0d" * 32, "--until", DUE, "--second", "court-2"]

    shown = desk.scf("participant", "show", *party).result
    desk.scf("participant", "suspend", *party, *reason, key="operator-1").require()
    suspended = desk.scf("participant", "show", *party).result
    desk.scf("participant", "resume", *party, *reason, key="operator-1").require()
    desk.scf("participant", "freeze", *party, *order, key="court-1").require()
    frozen = desk.scf("participant", "show", *party).result
    desk.scf("participant", "unfreeze", *party, *order, key="court-1").require()

    assert shown["roles"] == ["enterprise"]
    assert suspended["status"] == "suspended"
    assert (frozen["status"], frozen["frozen_until"]) == ("active", DUE)


def test_order__not_carried_out_changes_nothing_and_can_be_finished(desk):
    party, order = ["--party", desk.codes["third"]], ["--document", "0x" + "0e" * 32]
    order += ["--until", DUE, "--second"]

    by_one = desk.scf("participant", "freeze", *party, *order, "court-1", key="court-1")
    between = desk.scf("participant", "show", *party).result
    by_two = desk.scf("participant", "freeze", *party, *order, "court-2", key="court-1")
    lifting = ["--document", "0x" + "0f" * 32, "--until", DUE, "--second", "court-2"]
    desk.scf("participant", "unfreeze", *party, *lifting, key="court-1").require()

    assert (by_one.code, by_one.error["error"]) == (1, "GovernedSameOfficer")
    assert between["frozen_until"] is None
    assert by_two.code == 0


def test_debtor__is_barred_and_cleared_by_two_of_the_operator(desk):
    words = ["--party", desk.codes["third"], "--evidence", EVIDENCE, "--approver", "operator-2"]

    by_one = desk.scf(
        "invoice", "bar", *words, "--reasons", "public_bond_default", key="operator-2"
    )
    desk.scf(
        "invoice", "bar", *words, "--reasons", "public_bond_default", key="operator-1"
    ).require()
    barred = desk.scf("invoice", "debtor", "--party", desk.codes["third"]).result
    desk.scf("invoice", "bar", *words, "--reasons", "none", key="operator-1").require()
    cleared = desk.scf("invoice", "debtor", "--party", desk.codes["third"]).result

    assert (by_one.code, by_one.error["error"]) == (1, "GovernedSameOfficer")
    assert barred["bar_reasons"] == ["public_bond_default"]
    assert cleared["bar_reasons"] == []


def test_officer__is_added_with_some_powers(desk):
    desk.scf("key", "new", "third-3").require()

    said = desk.scf(
        *("participant", "officer-set", "--party", desk.codes["third"], "--officer", "third-3"),
        *("--powers", "make,pay", "--limit", "1,000", "--approver", "third-2"),
        key="third-1",
    ).result

    assert said["powers"] == ["make", "pay"]
    assert said["limit_fen"] == 100_000


def test_rule__is_set_by_two_of_the_operator(desk):
    said = desk.scf(
        *("rule", "set", "OP-28", "--value", "90", "--from", "2026-06-01"),
        *("--basis", "0x" + "01" * 32, "--approver", "operator-2"),
        key="operator-1",
    ).result
    listed = desk.scf("rule", "list").result
    rolled = desk.scf("rule", "roll", "2026-05-01").result

    assert (said["rule_id"], said["value"]) == ("OP-28", 90)
    assert {"rule_id", "value", "version", "unit", "basis"} == set(listed["rules"][0])
    assert rolled["day"] > "2026-05-01"


def test_status__names_the_ledger(desk):
    said = desk.scf("chain", "status").result

    assert said["movable_clock"] is True
    assert set(said["ledger"]["contracts"]) >= {"Cash", "Invoices", "Receivables", "Settlement"}
