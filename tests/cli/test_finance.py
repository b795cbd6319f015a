"""Financing from the command line: bills and certificates, loans, what is explained, bad words."""

from __future__ import annotations

import json
from zlib import crc32

import pytest

from tests.cli.driving import scf
from tests.cli.test_bad_input import NUMBER
from tests.cli.test_bills import HASH, MATURITY, received, today, traders  # noqa: F401  a fixture
from tests.cli.test_commands import CONSENT, DUE, EVIDENCE, opened  # noqa: F401  a fixture

HASHES = ("--evidence", EVIDENCE, "--consent", CONSENT)
FACE = 100_000


@pytest.fixture(scope="module")
def funded(traders):  # noqa: F811
    """Bank, seller and buyer have money."""
    for place, name in enumerate(("bank", "seller", "buyer")):
        words = ["--to", traders.codes[name], "--amount", "9,000", "--payment", f"0x{place:064x}"]
        words[-1] = "0x" + f"f{place}" * 32
        traders.scf("cash", "mint", *words, key="clearing-1").require()
    return traders


@pytest.fixture
def bill(funded, request):
    """A disclosed bill of 1,000 yuan in the seller's hands, checked by the bank."""
    serial = 700 + crc32(request.node.name.encode()) % 100_000
    number = received(funded, serial)
    funded.scf("bill", "check", "--bill", number, key="bank-1").require()
    return number


def lines_of(desk, what, **more):
    return desk.scf("finance", "explain", str(what), **more).result["lines"]


def test_bill__is_asked_for_quoted_compared_and_accepted(funded, bill, tmp_path):
    range_, day = f"{bill}/1-{FACE}", today(funded)
    asked, one, two = (str(tmp_path / name) for name in ("request.json", "1.json", "2.json"))
    part = funded.scf(
        *("finance", "request", "--range", range_, "--amount", "600", "--until", day),
        *("--out", asked),
        key="seller-1",
    ).result
    quote = ["finance", "quote-bill", "--request", asked, "--until", day]
    dear = funded.scf(*quote, "--rate", "3 %", "--fee", "2", "--out", one, key="bank-1").result
    funded.scf(*quote, "--rate", "2.40 %", "--out", two, key="bank-1").require()

    compared = funded.scf("finance", "compare", one, two).result
    terms = funded.scf("finance", "terms", "--quote", two).result
    explained = lines_of(funded, two)
    revoked = funded.scf("finance", "revoke", "--quote", one, key="bank-2").result
    gone = funded.scf("finance", "accept", "--quote", one, *HASHES, key="seller-1")
    sold = funded.scf("finance", "accept", "--quote", two, *HASHES, key="seller-1").result
    again = funded.scf("finance", "accept", "--quote", two, *HASHES, key="seller-2")

    assert (part["amount_fen"], part["range"].partition("/")[0]) == (60_000, bill)
    assert dear["amount_fen"] == 60_000
    assert [row["file"] for row in compared["quotes"]] == [two, one]
    assert compared["best"] == two
    assert terms["interest_fen"] + terms["net_fen"] == 60_000
    assert any("half-up" in line for line in explained)
    assert explained[-1] == "recourse                       by the law of bills, whatever is agreed"
    assert revoked["quote_id"] == dear["quote_id"]
    assert gone.error["error"] == "GovernedSignatureRevoked"
    assert sold["net_fen"] == terms["net_fen"]
    assert again.error["error"] in ("BillsStatus", "BillsUnknown")
    told = lines_of(funded, sold["quote_id"])
    assert any("discounted  600.00 yuan" in line for line in told)
    assert any("600.00 yuan × " in line and " × 2.40 % / 360 = " in line for line in told)


def test_repo__is_redeemed_in_its_window_and_explained(funded, bill, tmp_path):
    range_, day, out = f"{bill}/1-{FACE}", today(funded), str(tmp_path / "repo.json")
    quote = ["finance", "quote-bill", "--range", range_, "--seller", funded.codes["seller"]]
    funded.scf(
        *(*quote, "--rate", "2 %", "--until", day, "--out", out),
        *("--redeem-from", day, "--redeem-until", "2026-03-20", "--redeem-rate", "2 %"),
        key="bank-1",
    ).require()
    sold = funded.scf(
        *("finance", "buy", "--quote", out, *HASHES, "--seller-key", "seller-1"), key="bank-1"
    ).result

    explained = lines_of(funded, range_)
    early = funded.scf("finance", "end-repo", "--range", range_, key="bank-1")
    redeemed = funded.scf("finance", "redeem", "--range", range_, key="seller-1").result

    assert explained[-1].startswith("to redeem today")
    assert early.error["error"] == "BillDiscountingDay"
    assert redeemed["paid_fen"] == sold["net_fen"]


def test_loan_on_a_bill__is_lent_topped_up_repaid_and_released(funded, bill, tmp_path):
    range_, day, out = f"{bill}/1-{FACE}", today(funded), str(tmp_path / "loan.json")
    lend = ["finance", "lend-bill", "--range", range_, "--borrower", funded.codes["seller"]]
    offered = funded.scf(
        *(*lend, "--amount", "400", "--principal", "300", "--rate", "4 %", "--late-rate", "6 %"),
        *("--repay-by", "2026-04-01", "--evidence", EVIDENCE, "--until", day, "--out", out),
        *("--fee", "1"),
        key="bank-1",
    ).result
    before = lines_of(funded, out)
    given = funded.scf(
        "finance", "pledge-bill", "--terms", out, "--consent", CONSENT, key="seller-1"
    ).result
    rest = f"{bill}/40001-{FACE}"
    loan = ["--loan", given["loan_id"]]
    topped = funded.scf(
        *("finance", "top-up-bill", *loan, "--range", rest, "--amount", "100", "--until", day),
        *("--evidence", EVIDENCE, "--lender-key", "bank-1"),
        key="seller-1",
    ).result
    stays = funded.scf("finance", "release-bill", "--range", given["range"], key="seller-1")
    pledged = lines_of(funded, given["range"])
    repaid = funded.scf("finance", "repay", *loan, key="seller-1").result
    released = funded.scf("finance", "release-bill", "--range", given["range"], key="third-1")

    assert (given["loan_id"], given["paid_out_fen"]) == (offered["loan_id"], 29_900)
    assert any(line.startswith("all-in APR") for line in before)
    assert topped["range"] == f"{bill}/000000040001-000000050000"
    assert stays.error["error"] == "BillLoansParty"
    assert pledged[0] == f"pledged for loan {given['loan_id']}"
    assert (repaid["is_repaid"], repaid["principal_fen"]) == (True, 30_000)
    assert (released.code, released.result["range"]) == (0, given["range"])
    told = lines_of(funded, given["loan_id"])
    assert any("lent 300.00 yuan at 4.00 %" in line for line in told)
    assert any("nothing is owed any more" in line for line in told)


def test_loan_on_a_certificate__tops_up_defaults_and_is_enforced(funded, opened, tmp_path):  # noqa: F811
    day, out = today(funded), str(tmp_path / "terms.json")
    own = ["--id", opened, "--borrower", funded.codes["seller"]]
    offered = funded.scf(
        *("finance", "lend", *own, "--pledged", "100", "--amount", "90", "--rate", "4 %"),
        *("--late-rate", "6 %", "--repay-by", "2026-03-03", "--receipt", "0x" + "d1" * 32),
        *("--evidence", EVIDENCE, "--until", day, "--out", out, "--costs-max", "5"),
        key="bank-1",
    ).result
    funded.scf("finance", "pledge", "--terms", out, "--consent", CONSENT, key="seller-1").require()
    loan = ["--loan", offered["loan_id"]]
    funded.scf(
        *("finance", "top-up", *loan, "--id", opened, "--amount", "10", "--until", day),
        *("--receipt", "0x" + "d2" * 32, "--evidence", EVIDENCE, "--lender-key", "bank-1"),
        key="seller-1",
    ).require()
    enforce = [
        *("finance", "enforce", "--terms", out, "--amount", "100", "--price", "95"),
        *("--receipt", "0x" + "d3" * 32, "--evidence", EVIDENCE, "--until", DUE),
    ]
    early = funded.scf(*enforce, key="bank-1")
    funded.scf("chain", "move-to", "2026-03-05").require()
    funded.scf("finance", "default", *loan, key="third-1").require()
    funded.scf(
        "finance", "loan-costs", "--terms", out, "--amount", "2", "--evidence", HASH, key="bank-1"
    ).require()

    low = funded.scf(*[word if word != "95" else "10" for word in enforce], key="bank-1")
    sold = funded.scf(*enforce, key="bank-1").result
    told = lines_of(funded, offered["loan_id"])

    assert early.error["error"] == "LoansState"
    assert low.error["error"] == "LoansFloor"
    interest = round(9_000 * 40_000 / 360e6) + round(9_000 * 2 * 60_000 / 360e6)
    assert sold["surplus_fen"] == 9_500 - 200 - 9_000 - interest
    assert any("in default with" in line for line in told)
    assert any("surplus to the pledgor" in line for line in told)


def test_sale__is_explained_by_its_id(funded, opened, tmp_path):  # noqa: F811
    out, day = str(tmp_path / "quote.json"), today(funded)
    funded.scf(
        *("finance", "quote", "--id", opened, "--seller", funded.codes["seller"], "--out", out),
        *("--amount", "40", "--rate", "3.60 %", "--receipt", "0x" + "d7" * 32, "--until", day),
        key="bank-1",
    ).require()
    sold = funded.scf("finance", "accept", "--quote", out, *HASHES, key="seller-1").result

    told = lines_of(funded, sold["quote_id"])
    of_certificate = lines_of(funded, opened)

    assert any("sold of the certificate  40.00 yuan" in line for line in told)
    # 3.60 % was agreed; on so few yuan a rounder rate gives the same fen.
    assert any("46 days × 3.50 % / 360 = 0.18 yuan, half-up" in line for line in told)
    assert any("all-in APR" in line for line in told)
    assert set(told) <= set(of_certificate)


CLAIMS = [
    {"name": "notified", "notice_at": "2026-03-02T09:00:00", "owed_fen": 30_000},
    {"name": "second", "registered_at": "2026-03-01T10:00:00+08:00", "registry_sequence": 8,
     "owed_fen": 20_000},
    {"name": "first", "registered_at": "2026-03-01T02:00:00+00:00", "registry_sequence": 7,
     "owed_fen": 40_000},
    {"name": "one of two", "financed_fen": 1, "owed_fen": 50_000},
    {"financed_fen": 3, "owed_fen": 50_000},
]  # fmt: skip


def test_priority__filed_before_notified_before_the_rest(funded, tmp_path):
    """CC-768; the same moment in two zones is told apart by the registry's number."""
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"claims": CLAIMS}), encoding="utf-8")

    def paid(yuan):
        words = ("finance", "priority", "--claims", str(file), "--amount", yuan)
        found = funded.scf(*words).result
        return {row["name"]: row["paid_fen"] for row in found["claims"]}, found["left_fen"]

    assert paid("550") == (
        {"notified": 0, "second": 15_000, "first": 40_000, "one of two": 0, "claim 5": 0}, 0
    )  # fmt: skip
    assert paid("1,000")[0] == {
        "notified": 30_000, "second": 20_000, "first": 40_000, "one of two": 2_500, "claim 5": 7_500
    }  # fmt: skip
    assert paid("3,000") == (
        {row.get("name", "claim 5"): row["owed_fen"] for row in CLAIMS},
        110_000,
    )


@pytest.mark.parametrize(
    "claims",
    [
        None, [], [7], [{}], [{"owed_fen": -1}], [{"owed_fen": 1.5}], [{"owed_fen": 1, "x": 2}],
        [{"owed_fen": 1, "notice_at": "yesterday"}], [{"owed_fen": 1, "registered_at": 17}],
        [{"owed_fen": 1}] * 65,
    ],
)  # fmt: skip
def test_priority__says_which_claim_is_wrong(funded, tmp_path, claims):
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"claims": claims}), encoding="utf-8")

    said = funded.scf("finance", "priority", "--claims", str(file), "--amount", "1")

    assert (said.code, said.error["field"]) == (2, "claims")


def test_early_offer__is_explained_before_and_after(funded, opened, tmp_path):  # noqa: F811
    out, day = str(tmp_path / "early.json"), today(funded)
    offered = funded.scf(
        *("finance", "early-offer", "--id", opened, "--holder", funded.codes["seller"]),
        *("--amount", "20", "--rate", "6 %", "--until", day, "--out", out),
        key="buyer-1",
    ).result

    before = lines_of(funded, out)
    funded.scf(
        "finance", "early-pay", "--offer", out, "--consent", CONSENT, key="seller-1"
    ).require()
    after = lines_of(funded, offered["offer_id"])

    assert before[-1].startswith("paid today")
    assert any("paid early: 20.00 yuan − discount" in line for line in after)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["explain", "no-such-file"], "id"),
        (["explain", "0x12"], "id"),
        (["explain", "0x" + "99" * 32], "id"),
        (["explain", f"{'7' * 30}/1-5"], "range"),
        (["request", "--until", DUE], "id"),
        (["request", "--id", HASH, "--range", f"{NUMBER}/1-2", "--until", DUE], "id"),
        (["request", "--id", HASH, "--until", DUE], "amount"),
        (["request", "--id", "0x12", "--amount", "1", "--until", DUE], "id"),
        (["request", "--id", HASH, "--amount", "0", "--until", DUE], "amount"),
        (["request", "--range", "17", "--until", DUE], "range"),
        (["quote-bill", "--rate", "cheap", "--until", DUE], "rate"),
        (["quote-bill", "--rate", "2 %", "--until", "tomorrow"], "until"),
        (["quote-bill", "--rate", "2 %", "--until", DUE], "--range"),
        (["quote", "--rate", "2 %", "--receipt", HASH, "--until", DUE], "--id"),
        (["compare", "no-such-file"], "quote"),
        (["accept", "--quote", "no-such-file", *HASHES], "quote"),
        (["redeem", "--range", "17"], "range"),
        (["end-repo", "--range", "17"], "range"),
        (["release-bill", "--range", "17"], "range"),
        (["pledge-bill", "--terms", "no-such-file", "--consent", CONSENT], "terms"),
        (["loan", "--loan", "0x12"], "loan"),
        (["loan", "--loan", HASH], "loan_id"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_wrong_words__are_refused_with_the_field(funded, words, field):
    """Nothing is sent; the message says what would do."""
    said = funded.scf("finance", *words, key="seller-1")

    assert said.code == 2, said.out
    assert said.error.get("field", "").replace("_", "-").strip("-") == field.replace(
        "_", "-"
    ).strip("-")


@pytest.mark.parametrize("kind", ["quote", "quote-bill", "early-offer", "lend", "lend-bill"])
def test_expired_offer__is_refused_before_anything_is_sent(
    funded,
    bill,
    opened,  # noqa: F811
    tmp_path,
    kind,
):
    """What was signed until yesterday is named as over, by exit code 2."""
    out, seller = str(tmp_path / "offer.json"), funded.codes["seller"]
    past = ["--until", "2026-03-01", "--out", out]
    loan = ["--rate", "4 %", "--late-rate", "6 %", "--repay-by", "2026-04-01"]
    loan += ["--evidence", EVIDENCE, "--borrower", seller]
    own = {
        "quote": [
            *("--id", opened, "--seller", seller, "--amount", "1", "--rate", "2 %"),
            *("--receipt", "0x" + "e7" * 32),
        ],
        "quote-bill": ["--range", f"{bill}/1-{FACE}", "--seller", seller, "--rate", "2 %"],
        "early-offer": ["--id", opened, "--holder", seller, "--amount", "1", "--rate", "2 %"],
        "lend": [
            *("--id", opened, "--pledged", "1", "--amount", "1"),
            *("--receipt", "0x" + "e8" * 32, *loan),
        ],
        "lend-bill": ["--range", f"{bill}/1-{FACE}", "--principal", "1", *loan],
    }[kind]
    by = "buyer-1" if kind == "early-offer" else "bank-1"
    funded.scf("finance", kind, *own, *past, key=by).require()
    use = {
        "quote": ["accept", "--quote", out, *HASHES],
        "quote-bill": ["accept", "--quote", out, *HASHES],
        "early-offer": ["early-pay", "--offer", out, "--consent", CONSENT],
        "lend": ["pledge", "--terms", out, "--consent", CONSENT],
        "lend-bill": ["pledge-bill", "--terms", out, "--consent", CONSENT],
    }[kind]

    said = funded.scf("finance", *use, key="seller-1")

    assert (said.code, said.error["error"]) == (2, "UsageError")
    assert "still open" in said.error["expected"]


def test_online_collection__debits_the_acceptor(funded, bill, tmp_path):
    """B39 from the command line, after dishonour and pursuit."""
    range_, day, out = f"{bill}/1-{FACE}", today(funded), str(tmp_path / "quote.json")
    quote = ["--seller", funded.codes["seller"], "--rate", "2 %", "--until", day, "--out", out]
    funded.scf("finance", "quote-bill", "--range", range_, *quote, key="bank-1").require()
    funded.scf("finance", "accept", "--quote", out, *HASHES, key="seller-1").require()
    funded.scf("chain", "move-to", MATURITY).require()
    funded.scf("bill", "present", "--range", range_, key="bank-1").require()
    dishonour = ["--range", range_, "--code", "insufficient_balance"]
    funded.scf("bill", "dishonour", *dishonour, key="buyer-1").require()
    acceptor = ["--debtor", funded.codes["buyer"]]
    funded.scf("recourse", "pursue", "--range", range_, *acceptor, key="bank-1").require()
    allow = ["--to", funded.codes["bank"], "--amount", "5,000"]

    nobody = funded.scf("recourse", "collect-online", "--range", range_, *acceptor, key="bank-1")
    funded.scf("cash", "allow", *allow, key="buyer-1").require()
    done = funded.scf("recourse", "collect-online", "--range", range_, *acceptor, key="bank-1")

    assert nobody.error["error"] == "SettlementNothingToDebit"
    assert (done.result["reason"], done.result["paid_fen"]) == ("RT02", FACE)


def test_explained__for_people(funded, opened):  # noqa: F811
    said = scf("finance", "explain", opened, "--url", funded.url, "--home", str(funded.home))

    assert said.code == 0
    with pytest.raises(ValueError, match="Extra data"):
        json.loads(said.out)
