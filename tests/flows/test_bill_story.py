"""The story of a bill runs, adds up, and the fold of its events says what the chain says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

import scf
from scf.chain.events import Log
from scf.cli.bill_story import START, live_through
from scf.model.bill_enums import BillStatus
from scf.model.bill_words import RangeWord
from scf.model.fold import Fold
from tests.cli.driving import scf as run

ROOT = Path(__file__).parents[2]


def test_story__runs_adds_up_and_folds() -> None:
    told = []
    with scf.local(node="anvil", start_day=START) as ledger:
        story = live_through(ledger, told.append)
        books = _books(ledger)
        bill = story.at_the_end.bill
        cash = {party: ledger.cash.balance(party) for party in books.parties}

    assert story.adds_up
    assert story.steps == told
    assert [item.what for item in story.steps[-6:]][1::2] == [
        "settled by foundry with tooling, interest included",
        "settled by castings with foundry, interest included",
        "settled by core with castings, interest included",
    ]
    assert [len(item.chain) for item in story.at_maturity.parts] == [2, 1, 0]
    assert [len(item.guarantees) for item in story.at_maturity.parts] == [0, 1, 0]
    words = [RangeWord.of(books.bills.words[token]) for token in books.bills.holders]
    assert {word.status for word in words} == {BillStatus.SETTLED}
    assert books.bills.ended_fen == {bill.bill_no: bill.face}
    assert {party: fen for party, fen in cash.items() if fen} == dict(books.cash)
    assert books.debtors[bill.drawer].outstanding_fen == 0
    assert not books.bills.pursuits


def test_script__prints_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "scripts" / "story_bills.py"
    spec = importlib.util.spec_from_file_location("story_bills", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    module.main(node="anvil")

    shown = capsys.readouterr().out
    assert "dishonoured, DC08" in shown
    assert "├── " in shown
    assert "money of all: 1,600,000.00 = paid in: 1,600,000.00" in shown


def test_demo__offers_it() -> None:
    said = run("demo", "bills", "--node", "anvil", "--json")

    result = said.result
    assert result["adds_up"] is True
    assert json.dumps(result["at_maturity"])
    assert run("demo", "tales", "--json").error["field"] == "story"


def _books(ledger: scf.LocalLedger) -> scf.model.books.Books:
    """The fold of every event since the deployment."""
    by_address = {item.address.lower(): name for name, item in ledger.manifest.contracts.items()}
    contracts = ledger._context.contracts
    fold = Fold(by_address)
    chain = ledger.chain
    for raw in chain.logs(ledger.manifest.first_block, chain.head(), list(by_address)):
        log = contracts[by_address[raw["address"].lower()]].decode_log(raw)
        assert isinstance(log, Log)
        fold.apply(log, chain.block(int(raw["blockNumber"], 16)).timestamp)
    return fold.books()
