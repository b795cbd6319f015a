"""`scf bill` and `scf recourse` against a ledger: the way of a bill, files of many, the tree."""

from __future__ import annotations

import csv
import json

import pytest

DAY = "2026-03-02"
MATURITY = "2026-08-28"
BANK = "102290000001"
HASH, CONSENT, EVIDENCE = "0x" + "d0" * 32, "0x" + "c0" * 32, "0x" + "e1" * 32


@pytest.fixture(scope="module")
def traders(desk):
    """The buyer may draw: its limit is set."""
    limit = ["--party", desk.codes["buyer"], "--amount", "5,000,000", "--approver", "operator-2"]
    desk.scf("invoice", "limit", *limit, key="operator-1").require()
    return desk


def number(desk, serial: int, kind: int = 6) -> str:
    words = ["--type", str(kind), "--bank", BANK, "--day", today(desk), "--serial", str(serial)]
    return desk.scf("bill", "number", *words).result["bill_no"]


def today(desk) -> str:
    return desk.scf("chain", "status").result["today"]


def drawn(desk, serial: int, **changed: str) -> str:
    options = {
        "bill": number(desk, serial),
        "payee": desk.codes["seller"],
        "acceptor": desk.codes["buyer"],
        "amount": "1,000",
        "maturity": MATURITY,
        "document": HASH,
    } | changed
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return desk.scf("bill", "draw", *words, key="buyer-1").result["bill_no"]


def received(desk, serial: int) -> str:
    bill = drawn(desk, serial)
    own = ["--bill", bill]
    desk.scf("bill", "present-acceptance", *own, key="buyer-1").require()
    accept = ["--by", "buyer-1", "--document", HASH]
    desk.scf("bill", "accept", *own, *accept, key="buyer-2").require()
    desk.scf("bill", "disclose", *own, key="buyer-1").require()
    desk.scf("bill", "tender", *own, key="buyer-1").require()
    desk.scf("bill", "take", *own, "--consent", CONSENT, key="seller-1").require()
    return bill


@pytest.fixture(scope="module")
def bill(traders):
    return received(traders, 1)


def test_a_number__has_its_check_digit_and_asks_nothing(traders):
    made = number(traders, 7)

    assert len(made) == 30
    wrong = made[:-1] + str((int(made[-1]) + 1) % 10)
    said = traders.scf("bill", "show", "--bill", wrong)
    assert (said.code, said.error["field"]) == (2, "bill")
    assert "check digit" in said.error["expected"]


def test_a_tenor_one_day_too_long__is_refused_by_rule_and_version(traders):
    options = ["--payee", traders.codes["seller"], "--acceptor", traders.codes["buyer"]]
    said = traders.scf(
        *("bill", "draw", "--bill", number(traders, 90), *options, "--amount", "10"),
        *("--maturity", "2027-03-02", "--document", HASH),
        key="buyer-1",
    )

    assert said.code == 1
    assert said.error["error"] == "RuleViolated"
    assert said.error["rule"] == {"id": "R4-25", "version": 1}


def test_a_bill__is_endorsed_in_parts_and_shown_as_a_tree(traders, bill):
    codes = traders.codes
    face = 100_000
    own = f"{bill}/1-{face}"
    hop = ["--to", codes["third"], "--evidence", EVIDENCE]
    both = ["--sign", "third-1", "--consent", CONSENT]
    first = traders.scf(
        "bill", "endorse", "--range", own, *hop, "--amount", "300", *both, key="seller-1"
    ).result
    rest = f"{bill}/30001-{face}"
    asked = traders.scf(
        *("bill", "endorse", "--range", rest, *hop, "--amount", "100", "--until", today(traders)),
        key="seller-1",
    ).result
    pending = ["--pending", asked["pending_id"]]
    taken = traders.scf(
        "bill", "take-endorsement", *pending, "--consent", CONSENT, key="third-1"
    ).result
    guarantee = ["--guarantor", codes["bank"], "--document", HASH, "--sign", "bank-1"]
    given = traders.scf("bill", "guarantee", "--range", taken["part"], *guarantee, key="buyer-1")

    assert first["part"] == f"{bill}/000000000001-000000030000"
    assert taken["part"] == f"{bill}/000000030001-000000040000"
    assert given.result["guarantor"] == given.result["guarantor"].lower()
    shown = traders.scf("bill", "show", "--bill", bill).result
    assert shown["bill"]["number"] == bill
    assert [row["part"]["amount_fen"] for row in shown["parts"]] == [30_000, 10_000, 60_000]
    assert [len(row["chain"]) for row in shown["parts"]] == [1, 1, 0]
    assert [len(row["guarantees"]) for row in shown["parts"]] == [0, 1, 0]
    assert shown["disclosure"]["matches"] is True
    listed = traders.scf("bill", "list", "--party", codes["third"]).result
    assert {row["range"] for row in listed["parts"]} == {first["part"], taken["part"]}
    assert listed["total_fen"] == sum(row["amount_fen"] for row in listed["parts"]) == 40_000


def test_the_tree__for_people(traders, bill):
    from tests.cli.driving import scf

    said = scf("bill", "show", "--bill", bill, "--url", traders.url, "--home", str(traders.home))

    assert said.code == 0
    assert f"bill {bill}" in said.out
    assert "├── " in said.out
    assert "CS03,TF0301" in said.out
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(said.out)


def test_wrong_words__are_usage_errors(traders, bill):
    range_ = ["--range", f"{bill}/1-100000"]
    hop = ["--to", traders.codes["third"], "--evidence", EVIDENCE]

    for words, field in (
        (["bill", "endorse", *range_, *hop], "until"),
        (["bill", "endorse", "--range", f"{bill}/5-1", *hop, "--until", DAY], "range"),
        (["bill", "accept", "--by", "buyer-1", "--document", HASH], "bill"),
        (["bill", "draw", "--bill", bill], "payee"),
        (["bill", "dishonour", *range_, "--code", "DC77"], "code"),
        (["bill", "disclose"], "bill"),
    ):
        said = traders.scf(*words, key="seller-1")
        assert (said.code, said.error.get("field")) == (2, field), words


def test_files__draw_and_accept_many(traders, tmp_path):
    """Bad lines are named and nothing is drawn; without them each has its own outcome."""
    codes = traders.codes
    names = ["bill_no", "payee", "acceptor", "amount", "maturity", "document"]
    numbers = [number(traders, serial) for serial in (21, 22, 23)]
    parties = {"payee": codes["seller"], "acceptor": codes["buyer"], "document": HASH}
    rows = [{"bill_no": no, "amount": "100", "maturity": MATURITY, **parties} for no in numbers]
    rows[1]["maturity"] = "2027-03-02"
    bad = [*rows, {**rows[0], "bill_no": numbers[0][:-1] + "x"}, {**rows[0], "amount": "1.005"}]
    file = tmp_path / "bills.csv"

    def write(items: list[dict[str, str]], columns: list[str]) -> list[str]:
        with file.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(items)
        return ["--file", str(file)]

    refused = traders.scf("bill", "draw", *write(bad, names), key="buyer-1")
    done = traders.scf("bill", "draw", *write(rows, names), key="buyer-1").result
    again = traders.scf("bill", "draw", *write(rows[:1], names), key="buyer-1").result
    going = write([{"bill_no": numbers[0]}, {"bill_no": numbers[2]}], ["bill_no"])
    asked = traders.scf("bill", "present-acceptance", *going, key="buyer-1").result
    accept = ["--by", "buyer-1", "--document", HASH]
    accepted = traders.scf("bill", "accept", *going, *accept, key="buyer-2").result
    for no in (numbers[0], numbers[2]):
        traders.scf("bill", "disclose", "--bill", no, key="buyer-1").require()
    tendered = traders.scf("bill", "tender", *going, key="buyer-1").result
    taken = traders.scf("bill", "take", *going, "--consent", CONSENT, key="seller-1").result

    assert refused.code == 2
    assert "line 5" in refused.error["expected"]
    assert "line 6" in refused.error["expected"]
    assert [row["done"] for row in done["items"]] == [True, False, True]
    assert "R4-25 v1" in done["items"][1]["why"]
    assert again["items"][0]["done"] is False
    for result in (asked, accepted, tendered, taken):
        assert (result["done"], result["refused"]) == (2, 0)


def test_recourse__from_dishonour_to_settlement(traders, bill):
    """The third part of the bill: presented, dishonoured, pursued, offered, taken."""
    codes = traders.codes
    pay = ["--to", codes["seller"], "--amount", "10,000", "--payment", "0x" + "ab" * 32]
    traders.scf("cash", "mint", *pay, key="clearing-1").require()
    traders.scf("chain", "move-to", MATURITY).require()
    own = ["--range", f"{bill}/1-30000"]
    traders.scf("bill", "present", *own, key="third-1").require()
    refused = traders.scf("bill", "dishonour", *own, "--code", "DC08", key="buyer-1").result
    claim = traders.scf("recourse", "claim", *own, "--debtor", codes["seller"]).result
    pursued = traders.scf("recourse", "pursue", *own, "--debtor", codes["seller"], key="third-1")
    offered = traders.scf(
        *("recourse", "offer", *own, "--most", "301", "--until", MATURITY), key="seller-1"
    ).result
    taken = traders.scf("recourse", "take", *own, key="third-1").result
    shown = traders.scf("recourse", "show", *own).result
    account = traders.scf("bill", "acceptor", "--party", codes["buyer"]).result

    assert (refused["code"], refused["scope"]) == ("insufficient_balance", "all")
    assert claim["amount_fen"] == 30_000
    assert [row["liability"] for row in claim["against"]] == ["endorser"]
    assert [row["late"] for row in pursued.result["notices"]] == [False]
    assert offered["amount_max_fen"] == 30_100
    assert (taken["paid_fen"], taken["ended"]) == (30_000, False)
    assert shown["dishonour"]["code"] == "insufficient_balance"
    assert shown["pursuit"] is None
    assert account["overdue_balance_fen"] == 30_000
