"""Files into certificates: once, twice, with bad rows, day by day; and the stories."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
from pathlib import Path

import pytest

from scf.cli.demo import _sizes
from scf.errors import UsageError
from scf.importing import read_invoices
from scf.importing.bulk import BulkImport, Side
from scf.importing.history import Financing, ReplayOptions
from scf.importing.officers import DerivedOfficers
from scf.importing.plan import BadRowsError, RowsRefusedError
from scf.importing.study import Study, live_through, todays_rules
from scf.model.identifiers import build_uscc
from scf.model.rules import load_rules

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "scf" / "importing" / "samples" / "three_tiers.csv"
START = dt.date(2026, 3, 2)
COLUMNS = "seller_name,seller_uscc,buyer_name,buyer_uscc,invoice_no,issue_day,due_day,amount"
SELLER, BUYER = build_uscc("91990100MAFLT001"), build_uscc("91990100MAFLT002")


def write_file(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    """A file of (number, due day, amount)."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(COLUMNS.split(","))
        for number, due, amount in rows:
            sheet.writerow(["S", SELLER, "B", BUYER, number, "2026-03-01", due, amount])
    return path


@pytest.fixture(scope="module")
def ledger():
    from scf import local

    with local(start_day=START) as ledger:
        yield ledger


@pytest.fixture
def job(ledger):
    def make(side: Side = Side.BOTH, *, operator: bool = True) -> BulkImport:
        keys = ledger.officers["operator"]
        return BulkImport(
            ledger,
            DerivedOfficers(keys[0], movable_clock=True),
            ledger.consortium_key,
            operator=(keys[0], keys[1]) if operator else None,
            side=side,
        )

    return make


def test_import__of_unknown_parties_without_the_operator_does_nothing(ledger, job, tmp_path):
    unknown = build_uscc("91990100MAFLT009")
    path = write_file(tmp_path / "a.csv", [("U-1", "2026-04-20", "1")])
    path.write_text(path.read_text(encoding="utf-8").replace(SELLER, unknown), encoding="utf-8")
    block = ledger.chain.head()

    with pytest.raises(BadRowsError) as caught:
        job(operator=False).run(read_invoices(path))

    assert "seller_uscc" in {fault.field for fault in caught.value.faults}
    assert ledger.chain.head() == block


def test_import__twice_is_once(ledger, job, tmp_path):
    path = write_file(tmp_path / "a.csv", [(f"T-{n}", "2026-04-20", "100.01") for n in range(5)])

    first = job().run(read_invoices(path))
    block = ledger.chain.head()
    second = job().run(read_invoices(path))

    assert (first.opened, first.confirmed, first.opened_fen) == (5, 5, 5 * 100_01)
    assert second.is_idle
    assert (second.opened, second.already) == (0, 5)
    assert ledger.chain.head() == block


def test_import__with_bad_rows_does_nothing_unless_told(ledger, job, tmp_path):
    rows = [("B-1", "2026-04-20", "1"), ("B-2", "2026-03-02", "1"), ("B-3", "2026-04-20", "0")]
    path = write_file(tmp_path / "a.csv", rows)
    block = ledger.chain.head()

    with pytest.raises(BadRowsError) as caught:
        job().run(read_invoices(path))
    after = ledger.chain.head()
    report = job().run(read_invoices(path), skip_bad=True)

    assert [(fault.line, fault.field) for fault in caught.value.faults] == [
        (3, "due_day"),
        (4, "amount"),
    ]
    assert after == block
    assert report.opened == 1
    assert [fault.line for fault in report.skipped] == [3, 4]


def test_import__reports_what_a_rule_refused_by_line(job, tmp_path):
    rows = [("R-1", "2026-04-20", "1"), ("R-2", "2026-12-31", "1")]
    path = write_file(tmp_path / "a.csv", rows)

    with pytest.raises(RowsRefusedError) as caught:
        job().run(read_invoices(path))

    (refusal,) = caught.value.refusals
    assert refusal.line == 3
    assert refusal.error["rule"]["id"] == "R77-2a"
    assert caught.value.report.opened == 1


def test_import__by_halves(job, tmp_path):
    path = write_file(tmp_path / "a.csv", [("H-1", "2026-04-20", "7")])
    file = read_invoices(path)

    with pytest.raises(UsageError, match="seller"):
        job(Side.BUYER).run(file)
    claimed = job(Side.SELLER).run(file)
    confirmed = job(Side.BUYER).run(file)

    assert (claimed.opened, claimed.confirmed) == (1, 0)
    assert (confirmed.opened, confirmed.confirmed) == (0, 1)


def test_replay__of_the_sample_lives_through_all_of_it():
    file = read_invoices(SAMPLE)

    report = live_through(file, Study(node="anvil"))

    barred = [item for item in report.refusals if "Barred" in item.error["error"]]
    assert report.adds_up
    assert list(barred) == list(report.refusals)
    assert report.opened + len(barred) == len(file.rows)
    assert report.first_day == min(row.issue_day for row in file.rows)
    assert sum(line.paid_late for line in report.debtors) >= 5
    assert sum(line.late_interest_fen for line in report.debtors) > 0
    assert sum(line.owed_fen for line in report.debtors) > 0


def test_replay__of_the_demo_story_adds_up():
    file = read_invoices(SAMPLE)
    financing = Financing(share_ppm=400_000, rate_ppm=36_000, fee=150_00, every=2)
    options = ReplayOptions(pass_down=True, financing=financing, sizes=_sizes(file))

    report = live_through(file, Study(options=options))

    (core,) = report.debtors
    assert report.refusals == ()
    assert report.adds_up
    assert (report.opened, report.passed_on) == (28, 56)
    assert report.sold > 20
    assert core.owed_fen == 0
    assert core.late_interest_fen > 0
    assert report.financing.apr_ppm > 36_000
    assert all(line.still_held_fen == 0 for line in report.holders)


def test_todays_rules__start_whenever_the_chain_does():
    rules = todays_rules(load_rules())

    assert all(rule.effective_from is None for rule in rules)
    assert "R77-2a" in {rule.rule_id for rule in rules}


def test_story__runs_and_says_what_happened(capsys):
    path = ROOT / "scripts" / "story_three_tiers.py"
    spec = importlib.util.spec_from_file_location("story_three_tiers", path)
    story = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(story)

    story.main()

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("opened")
    assert lines[-1] == "settled   1,000,000.00  nothing is left open"
