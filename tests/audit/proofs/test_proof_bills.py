"""Evidence about bills and sub-ranges: what it proves, and what tampering with it meets."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from bill_tampering import BILL_TAMPERINGS
from bill_worlds import BillLife

from scf.audit.proofs import evidence, prove
from scf.audit.proofs.concerns import Subject, concerning
from scf.audit.proofs.counting import check_counts
from scf.audit.proofs.ledger_events import LedgerEvent, Reader
from scf.audit.proofs.misfit import Misfit
from scf.audit.proofs.scan import Place, scan
from scf.audit.proofs.verify import verify, verify_file
from scf.errors import UsageError
from scf.model.bill_numbers import BillRange
from scf.model.bill_words import RangeWord
from tests.cli.driving import scf

KINDS = ("bill", "open bill", "failed bill", "range", "open range", "merged range", "invoice")


@pytest.fixture(scope="session")
def files(anvil_bills: BillLife) -> dict[str, str]:
    """Honest files by name."""
    return {kind: evidence.text_of(anvil_bills.evidence(kind, "acts")) for kind in KINDS}


@pytest.fixture(scope="session")
def events(anvil_bills: BillLife) -> list[LedgerEvent]:
    """Everything that happened there."""
    manifest, chain = anvil_bills.ledger.manifest, anvil_bills.chain
    reader = Reader(manifest)
    return [reader.logged(raw) for raw in chain.logs(0, chain.head(), reader.addresses)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_file__proves_all_acts_of_its_ranges(
    bill_life: BillLife, kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "evidence.json"
    shape = bill_life.evidence(kind, "acts")
    evidence.write(shape, file)

    found = verify_file(file, shape["blockHash"], manifest=bill_life.ledger.manifest)

    assert found.is_folded
    assert found.acts == len(shape["acts"]) > 10
    said = f"Each of {found.ranges} sub-ranges counts its acts: all that wrote it are here"
    assert said in " ".join(found.statement)
    if "range" not in kind:
        number = bill_life.open.bill_no if kind == "open bill" else bill_life.told
        number = bill_life.failed.bill_no if kind == "failed bill" else number
        assert found.ranges == len(bill_life.ranges(number))


def test_whole_blocks__say_that_nothing_is_missing(bill_life: BillLife) -> None:
    shape = bill_life.evidence("bill", "blocks")

    found = verify(shape, shape["blockHash"])

    assert "No act of the ledger about it is missing from these blocks." in found.statement


def test_the_word_of_a_range__is_shown_as_its_holder_may_read_it(anvil_bills: BillLife) -> None:
    shape = anvil_bills.evidence("open range", "acts")
    key = anvil_bills.subject("open range").key
    (slot,) = [one for one in shape["slots"] if (one["variable"], one["keys"]) == ("range", [key])]
    part = anvil_bills.ledger.bills.part(anvil_bills.waiting)

    assert slot["means"]["holder"] == part.holder
    assert slot["means"]["acts"] == part.acts
    assert slot["means"]["pendingOp"] == part.pending_op
    assert slot["means"]["detached"]


def test_a_party__is_shown_with_its_account_and_the_ranges_it_had(anvil_bills: BillLife) -> None:
    shape = anvil_bills.evidence("party", "acts")
    slots = {(one["contract"], one["variable"]): one["means"] for one in shape["slots"]}

    verify(shape, shape["blockHash"])

    account = anvil_bills.ledger.disclosures.account(anvil_bills.teller.ids["core"])
    assert slots["Disclosures", "account"]["acceptedFen"] == account.accepted
    assert slots["Presentations", "accessBank"]["bank"] == anvil_bills.teller.ids["bank"]
    assert ("Bills", "range") in slots


@pytest.mark.parametrize("way", BILL_TAMPERINGS)
def test_tampering__is_named(way: str, files: dict[str, str]) -> None:
    tampering = BILL_TAMPERINGS[way]
    shape = json.loads(files[tampering.of])
    block_hash = shape["blockHash"]
    tampering.change(shape, json.loads(files["open bill"]))

    with pytest.raises(Misfit, match=tampering.says):
        verify(evidence.parse(evidence.text_of(shape)), block_hash)


def test_no_act_that_wrote_a_range__can_be_left_out(
    anvil_bills: BillLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forger who leaves out true acts with their proofs is found by the count in storage."""
    kind, manifest = "merged range", anvil_bills.ledger.manifest
    subject, acts = anvil_bills.subject(kind), anvil_bills.evidence(kind, "acts")["acts"]
    wrote = {(act["block"], act["transaction"]) for act in acts if act["event"] == "RangeWritten"}
    honest = prove.fold_of

    def gullible(*args: Any) -> Any:
        with contextlib.suppress(Misfit):
            return honest(*args)
        return None, 0

    places = scan(anvil_bills.chain, manifest, subject)
    for left_out in places:
        kept = [place for place in places if place != left_out]
        with monkeypatch.context() as forging:
            forging.setattr(prove, "compare", lambda *args: None)
            forging.setattr(prove, "check_sums", lambda *args: None)
            forging.setattr(prove, "fold_of", gullible)
            try:
                shape = prove.prove(anvil_bills.chain, manifest, subject, kept)
                verify(shape, shape["blockHash"])
            except (Misfit, UsageError) as refusal:
                said = str(refusal)
            else:
                said = ""
        if (left_out.block, left_out.transaction) in wrote:
            named = "acts of range 0x|by the acts, found|can follow the acts|with acts about"
            assert re.search(named, said), left_out


def test_any_act_left_out__breaks_the_count(
    anvil_bills: BillLife, events: list[LedgerEvent]
) -> None:
    """Whichever transaction in the middle of a range's life is missing, its number is named."""
    acts = concerning(anvil_bills.subject("bill"), events)
    assert check_counts(acts) == len(anvil_bills.ranges(anvil_bills.told))
    last = {}
    for act in acts:
        if act.log.name == "RangeWritten":
            last[act.log.args["tokenId"]] = Place(block=act.number, transaction=act.transaction)
    writes = {
        Place(block=act.number, transaction=act.transaction)
        for act in acts
        if act.log.name == "RangeWritten"
    }
    for left_out in writes - set(last.values()):
        kept = [
            act
            for act in acts
            if (act.number, act.transaction) != (left_out.block, left_out.transaction)
        ]
        with pytest.raises(Misfit, match=r"acts of range 0x[0-9a-f]{64}: expected number \d+"):
            check_counts(kept)


def test_a_range__is_followed_to_what_it_was_divided_from_and_no_further(
    anvil_bills: BillLife, events: list[LedgerEvent]
) -> None:
    whole, waiting = anvil_bills.open, anvil_bills.waiting
    acts = concerning(anvil_bills.subject("open range"), events)
    written = {act.log.args["tokenId"] for act in acts if act.log.name == "RangeWritten"}

    assert {whole.token_id, waiting.token_id} <= written
    kept = BillRange(whole.bill_no, waiting.last * 2 + 1, whole.last).token_id
    assert kept in anvil_bills.ranges(whole.bill_no)
    assert kept not in written
    numbers = {act.log.args["billNo"] for act in acts if "billNo" in act.log.args}
    assert numbers == {whole.bill_no}


def test_a_certificates_acts__are_none_of_the_bill_on_the_same_invoice(
    anvil_bills: BillLife, events: list[LedgerEvent]
) -> None:
    """Only the invoice leads to all that it backs."""
    invoice = concerning(anvil_bills.subject("invoice"), events)
    bill = concerning(anvil_bills.subject("bill"), events)

    assert {id(act) for act in bill} <= {id(act) for act in invoice}
    other = concerning(anvil_bills.subject("open bill"), events)
    assert not {id(act) for act in bill} & {id(act) for act in other}


def test_a_range_that_never_was__has_no_acts(
    anvil_bills: BillLife, events: list[LedgerEvent]
) -> None:
    whole = anvil_bills.open
    stranger = Subject("range", f"0x{BillRange(whole.bill_no, 5, 6).token_id:064x}")

    acts = concerning(stranger, events)

    assert not any(act.log.name == "RangeWritten" for act in acts)


def test_counts__start_where_the_events_say(
    anvil_bills: BillLife, events: list[LedgerEvent]
) -> None:
    """A range that comes from nowhere is no range of this ledger."""
    acts = concerning(anvil_bills.subject("range"), events)
    without = [act for act in acts if act.log.name != "RangeDivided"]

    with pytest.raises(Misfit, match=r"acts of range 0x.*(how the range came|expected number)"):
        check_counts(without)
    words = [act.log.args["word"] for act in acts if act.log.name == "RangeWritten"]
    assert RangeWord.of(words[0]).acts == 1


def test_commands__take_numbers_and_ranges(anvil_bills: BillLife, tmp_path: Path) -> None:
    anvil_bills.ledger.manifest.save(tmp_path / "manifest.json")
    url, file = anvil_bills.ledger.node.url, str(tmp_path / "evidence.json")
    where = ["--url", url, "--home", str(tmp_path), "--json"]
    units = f"{anvil_bills.waiting}"
    for words in (
        ["--bill", f"{anvil_bills.open.bill_no:030d}"],
        ["--range", units],
        ["--range", anvil_bills.subject("open range").key],
    ):
        made = scf("audit", "prove", file, *words, *where).result
        found = scf("audit", "verify", file, "--block-hash", made["block_hash"], "--json").result

        assert made["subject"].startswith(words[0][2:])
        assert found["ranges"] >= 2
        assert made["statement"] == found["statement"]
    for words in (["--bill", "12"], ["--range", "12"], ["--range", units, "--period"]):
        assert scf("audit", "prove", file, *words, *where).code == 2
