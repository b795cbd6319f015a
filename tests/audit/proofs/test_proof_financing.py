"""Evidence about financed paper: the state of its pledges, loans and claims, and tampering."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import pytest
from financing_tampering import FINANCING_TAMPERINGS
from financing_worlds import FinancedLife
from test_proof_nodes import require_facts_in_storage

from scf.audit.proofs import evidence, prove
from scf.audit.proofs.financing_layout import FINANCING_ROWS
from scf.audit.proofs.misfit import Misfit
from scf.audit.proofs.scan import scan
from scf.audit.proofs.verify import verify
from scf.errors import UsageError
from scf.model.financing_enums import ClaimState, DealState, LoanState

SHOWN = {
    # kind of evidence: variables that it must show
    "sold": {"dealState", "costs", "spent", "claim", "collected", "share", "shareLeft"},
    "pledged": {"pledge", "loan", "arrears", "offer", "collected"},
    "topped": {"pledge", "loan", "arrears"},
    "pledged bill": {"pledged", "loan", "arrears", "repo"},
    "bill": {"repo", "repoPrice", "share", "shareLeft"},
    "range": {"repo", "repoPrice", "share", "shareLeft"},
}


@pytest.fixture(scope="session")
def files(anvil_financed: FinancedLife) -> dict[str, str]:
    """Honest files by name."""
    return {kind: evidence.text_of(anvil_financed.evidence(kind)) for kind in SHOWN}


def means(shape: dict[str, Any], variable: str) -> list[dict[str, Any]]:
    return [slot["means"] for slot in shape["slots"] if slot["variable"] == variable]


def test_every_fact_of_financing__is_in_proven_storage(financed: FinancedLife) -> None:
    told = require_facts_in_storage(financed.chain, financed.ledger.manifest, financed.fold.state)

    assert told >= {(row.contract, row.name) for row in FINANCING_ROWS}


@pytest.mark.parametrize("kind", SHOWN)
def test_an_honest_file__shows_what_became_of_it(kind: str, financed: FinancedLife) -> None:
    shape = financed.evidence(kind)

    found = verify(shape, shape["blockHash"], manifest=financed.ledger.manifest)

    assert found.is_folded
    assert {slot["variable"] for slot in shape["slots"]} >= SHOWN[kind]


def test_a_pledged_certificates_loans__stand_as_storage_says(anvil_financed: FinancedLife) -> None:
    shape = anvil_financed.evidence("pledged")

    loans = {LoanState(item["state"]): item for item in means(shape, "loan")}
    assert loans.keys() == {LoanState.RUNNING, LoanState.REPAID}
    assert loans[LoanState.RUNNING]["lenderTag"] == anvil_financed.town.ids["bank"][:22]
    first, end = means(shape, "pledge")[:2]
    assert (first["amountFen"], end["amountFen"]) == (50_000_00, 0)
    assert all(item["isUsed"] for item in means(shape, "offer"))


def test_a_sold_certificates_claims__stand_as_storage_says(anvil_financed: FinancedLife) -> None:
    shape = anvil_financed.evidence("sold")

    deals = {DealState(item["state"]) for item in means(shape, "dealState")}
    assert deals == {DealState.OPEN, DealState.BOUGHT_BACK}
    claims = {ClaimState(item["state"]) for item in means(shape, "claim")}
    assert claims == {ClaimState.PAID, ClaimState.WITHDRAWN}
    assert sorted(item["costsFen"] for item in means(shape, "costs")) == [0, 60_00]
    assert [item["principalFen"] for item in means(shape, "collected")] == [10_000_00]


def test_a_loan__leads_to_no_other_certificate(anvil_financed: FinancedLife) -> None:
    """What was pledged besides for the same loan has a history of its own."""
    shape = anvil_financed.evidence("topped")
    other = f"0x{anvil_financed.pledged:064x}"

    assert not [act for act in shape["acts"] if other in map(str, act["args"].values())]
    assert {act["event"] for act in shape["acts"]} >= {"LoanAdvanced", "LoanPaid", "PartPledged"}


@pytest.mark.parametrize("way", FINANCING_TAMPERINGS)
def test_tampering__is_named(way: str, files: dict[str, str]) -> None:
    tampering = FINANCING_TAMPERINGS[way]
    shape = json.loads(files[tampering.of])
    block_hash = shape["blockHash"]
    tampering.change(shape, json.loads(files["topped"]))

    with pytest.raises(Misfit, match=tampering.says):
        verify(evidence.parse(evidence.text_of(shape)), block_hash)


@pytest.mark.parametrize("kind", ["sold", "pledged"])
def test_no_act_of_financing__can_be_left_out(
    kind: str, anvil_financed: FinancedLife, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forger who leaves out true acts with their proofs is found by storage."""
    subject, manifest = anvil_financed.subject(kind), anvil_financed.ledger.manifest
    honest, unseen, refused = prove.fold_of, [], []

    def gullible(*args: Any) -> Any:
        with contextlib.suppress(Misfit):
            return honest(*args)
        return None, 0

    places = scan(anvil_financed.chain, manifest, subject)
    for left_out in places:
        kept = [place for place in places if place != left_out]
        with monkeypatch.context() as forging:
            forging.setattr(prove, "compare", lambda *args: None)
            forging.setattr(prove, "check_sums", lambda *args: None)
            forging.setattr(prove, "fold_of", gullible)
            try:
                shape = prove.prove(anvil_financed.chain, manifest, subject, kept)
                verify(shape, shape["blockHash"])
            except (Misfit, UsageError) as refusal:
                refused.append(str(refusal))
            else:
                unseen.append(left_out)

    assert not unseen
    for message in refused:
        assert re.search("by the acts, found|can follow the acts|with acts about", message)
