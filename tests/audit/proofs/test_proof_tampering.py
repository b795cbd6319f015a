"""Whatever is changed in an evidence file is found, and the message names it."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proof_worlds import Life
from tampering import TAMPERINGS, Shape

from scf.audit.proofs import evidence, prove, wanted
from scf.audit.proofs.misfit import Misfit
from scf.audit.proofs.scan import scan
from scf.audit.proofs.verify import Verified, verify, verify_file
from scf.build.manifest import Manifest
from scf.errors import UsageError

MADE = [
    *((kind, coverage) for kind in ("certificate", "invoice", "party") for coverage in ("acts",)),
    *(("certificate", "blocks"), ("party", "blocks"), ("period", "acts"), ("period", "blocks")),
]


@pytest.fixture(scope="session")
def files(anvil_life: Life) -> dict[str, str]:
    """Honest files by name."""
    made = {
        f"{kind} {coverage}": evidence.text_of(anvil_life.evidence(kind, coverage))
        for kind, coverage in MADE
    }
    from_genesis = anvil_life.evidence("period", "blocks", first=0)
    return made | {"period from genesis": evidence.text_of(from_genesis)}


@pytest.fixture(scope="session")
def stranger(ganache_life: Life) -> Shape:
    """An honest file of another chain."""
    return ganache_life.evidence("certificate", "acts")


def test_there_are_enough_ways() -> None:
    assert len(TAMPERINGS) >= 70


@pytest.mark.parametrize(("kind", "coverage"), MADE)
def test_an_honest_file__proves_what_it_says(
    life: Life, kind: str, coverage: str, tmp_path: Path
) -> None:
    file, manifest = tmp_path / "evidence.json", life.ledger.manifest
    shape = life.evidence(kind, coverage)
    evidence.write(shape, file)

    found = verify_file(file, shape["blockHash"], manifest=manifest)

    assert isinstance(found, Verified)
    assert (found.coverage, found.acts) == (coverage, len(shape["acts"]))
    assert found.transactions > 0
    assert found.is_folded == (kind in ("certificate", "invoice") or (kind, coverage) == MADE[-1])
    assert found.block_hash == life.chain.block(shape["last"]).hash
    assert ("No act" in " ".join(found.statement)) == (coverage == "blocks")
    assert found.slots >= {"certificate": 10, "invoice": 10, "party": 6, "period": 1}[kind]
    if kind == "period":
        logs = life.chain.logs(0, shape["last"], [c.address for c in manifest.contracts.values()])
        assert found.acts == len(list(logs))


@pytest.mark.parametrize("way", TAMPERINGS)
def test_tampering__is_named(way: str, files: dict[str, str], stranger: Shape) -> None:
    tampering = TAMPERINGS[way]
    shape = json.loads(files[tampering.of])
    block_hash = shape["blockHash"]
    tampering.change(shape, stranger)

    with pytest.raises(Misfit, match=tampering.says):
        verify(evidence.parse(evidence.text_of(shape)), block_hash)


TEXTS = {
    "truncated": (lambda text: text[: len(text) // 2], "file: expected complete JSON"),
    "last character lost": (lambda text: text.rstrip()[:-1], "file: expected complete JSON"),
    "empty": (lambda text: "", "file: expected complete JSON"),
    "no object": (lambda text: "[]", "format: expected scf-evidence, found list"),
    "a name twice": (
        lambda text: text.replace('"version": 1', '"version": 1, "version": 1'),
        "the name 'version' twice in one object",
    ),
    "a fraction": (lambda text: text.replace('"version": 1', '"version": 1.0'), "1.0, which is no"),
    "a number that is none": (lambda text: text.replace('"version": 1', '"version": NaN'), "NaN"),
    "nested beyond reason": (lambda text: "[" * 100_000, "brackets"),
}


@pytest.mark.parametrize("way", TEXTS)
def test_a_spoilt_file__is_refused(way: str, files: dict[str, str], tmp_path: Path) -> None:
    change, message = TEXTS[way]
    file = tmp_path / "spoilt.json"
    file.write_text(change(files["certificate acts"]), encoding="utf-8")

    with pytest.raises(Misfit, match=rf"spoilt\.json: .*{message}"):
        verify_file(file, "0x" + "00" * 32)


def test_a_file_that_is_not_there__is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misfit, match=r"none\.json: file: expected a readable file"):
        verify_file(tmp_path / "none.json", "0x" + "00" * 32)


@pytest.mark.parametrize("hash_", ["0x12", "latest", "", "00" * 33])
def test_no_hash__is_a_wrong_use(hash_: str, files: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="block-hash"):
        verify(json.loads(files["party acts"]), hash_)


def test_another_ledgers_manifest__is_named(
    files: dict[str, str], ganache_life: Life, anvil_life: Life
) -> None:
    shape = json.loads(files["party acts"])
    mine = json.loads(anvil_life.ledger.manifest.as_json())
    older = Manifest.parse(json.dumps(mine | {"packageVersion": "0.0.9"}), "mine")

    with pytest.raises(Misfit, match=r"manifest: contracts: \w+: address: expected 0x"):
        verify(shape, shape["blockHash"], manifest=ganache_life.ledger.manifest)
    with pytest.raises(Misfit, match=r"manifest: packageVersion: expected 0\.0\.9"):
        verify(shape, shape["blockHash"], manifest=older)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to all that is no list or object, and to all names."""
    if isinstance(value, dict):
        return [leaf for name in value for leaf in leaves(value[name], (*path, name))]
    if isinstance(value, list):
        return [leaf for place, item in enumerate(value) for leaf in leaves(item, (*path, place))]
    return [path]


ANYWHERE = st.integers(0, 2**32 - 1)


@given(
    file=st.sampled_from(["certificate acts", "party acts"]),
    part=ANYWHERE,
    leaf=ANYWHERE,
    place=ANYWHERE,
    by=st.sampled_from([-1, 1, 1000]),
)
@settings(max_examples=150, deadline=None)
def test_any_leaf_changed__is_found(
    files: dict[str, str], file: str, part: int, leaf: int, place: int, by: int
) -> None:
    """No part of the file is there for decoration, the manifest's own words about itself aside."""
    shape = json.loads(files[file])
    block_hash = shape["blockHash"]
    unproven = {("manifest", name) for name in ("packageVersion", "firstBlock", "genesisHash")}
    name = sorted(shape)[part % len(shape)]
    paths = [path for path in leaves(shape[name], (name,)) if path not in unproven]
    path = paths[leaf % len(paths)]
    inner: Any = shape
    for step in path[:-1]:
        inner = inner[step]
    old = inner[path[-1]]
    if isinstance(old, bool) or old is None:
        inner[path[-1]] = not old
    elif isinstance(old, int):
        inner[path[-1]] = old + by
    else:
        at = place % max(len(old), 1)
        inner[path[-1]] = old[:at] + ("7" if old[at : at + 1] != "7" else "8") + old[at + 1 :]

    with pytest.raises(Misfit):
        verify(evidence.parse(evidence.text_of(shape)), block_hash)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_item_dropped_doubled_or_moved__is_found(
    files: dict[str, str], data: st.DataObject
) -> None:
    shape = json.loads(files["certificate acts"])
    block_hash = shape["blockHash"]
    name = data.draw(st.sampled_from(["acts", "slots", "blocks", "statement"]))
    items = shape[name]
    place = data.draw(st.integers(0, len(items) - 1))
    before = copy.deepcopy(items)
    item = items.pop(place)
    where = data.draw(st.integers(-1, len(items)))
    if where >= 0:
        items.insert(where, item)
        if items == before:
            items.insert(where, copy.deepcopy(item))

    with pytest.raises(Misfit):
        verify(evidence.parse(evidence.text_of(shape)), block_hash)


def test_acts_left_out_with_their_proofs__are_found_by_the_fold_or_not_claimed(
    anvil_life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All that a forger shows is true; storage tells that something is not shown. What storage cannot
    tell (a mark that a later act repeats) only whole blocks show, and the statement says so.
    """
    subject, manifest = anvil_life.subject("certificate"), anvil_life.ledger.manifest
    places = scan(anvil_life.chain, manifest, subject)
    whole = anvil_life.evidence("certificate", "acts")["acts"]
    honest, unseen, refused = prove.fold_of, [], []

    def gullible(*args: Any) -> Any:
        with contextlib.suppress(Misfit):
            return honest(*args)
        return None, 0

    for left_out in places:
        kept = [place for place in places if place != left_out]
        at = left_out.block, left_out.transaction
        events = [act["event"] for act in whole if (act["block"], act["transaction"]) == at]
        with monkeypatch.context() as forging:
            forging.setattr(prove, "compare", lambda *args: None)
            forging.setattr(prove, "check_sums", lambda *args: None)
            forging.setattr(prove, "fold_of", gullible)
            try:
                shape = prove.prove(anvil_life.chain, manifest, subject, kept)
                found = verify(shape, shape["blockHash"])
            except (Misfit, UsageError) as refusal:
                refused.append(str(refusal))
            else:
                unseen.append(events)
                assert (
                    "Whether other acts happened in these blocks is not shown." in found.statement
                )

    assert unseen == [["CertificateOverdue"]]
    assert len(refused) == len(places) - 1 > 8
    for message in refused:
        assert re.search("by the acts, found|can follow the acts|with acts about", message)


def test_holders_that_do_not_make_the_whole__are_named() -> None:
    key = ("0x" + "01" * 32,)
    facts = [
        wanted.Fact("Receivables", "certificate", key, {}),
        wanted.Fact("Receivables", "balance", (*key, "0x" + "02" * 20), {}),
    ]

    wanted.check_sums(facts, [{"outstandingFen": 5}, {"amountFen": 5}])
    with pytest.raises(Misfit, match=r"balances of certificate 0x(01)+: expected 5 fen together"):
        wanted.check_sums(facts, [{"outstandingFen": 5}, {"amountFen": 4}])


def test_nothing_to_prove__is_said(anvil_life: Life) -> None:
    manifest = anvil_life.ledger.manifest
    unknown = type(anvil_life.subject("certificate"))("certificate", "0x" + "12" * 32)

    with pytest.raises(UsageError, match="the id of a certificate with acts in blocks"):
        scan(anvil_life.chain, manifest, unknown)
    with pytest.raises(UsageError, match="0x and 64 hex digits in lower case"):
        type(unknown)("certificate", "0x" + "AB" * 32)
    with pytest.raises(UsageError, match="also block"):
        anvil_life.evidence("certificate", "acts", first=anvil_life.chain.head())
    with pytest.raises(UsageError, match="blocks up to"):
        anvil_life.evidence("certificate", "acts", last=10**6)
    with pytest.raises(UsageError, match="acts or blocks"):
        anvil_life.evidence("certificate", "everything")
