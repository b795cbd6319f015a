"""`scf audit prove` and `scf audit verify`, as an auditor types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from proof_worlds import Life

from scf.model.identifiers import build_uscc
from tests.cli.driving import Said, scf
from tests.client.client_world import PARTIES

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def home(anvil_life: Life, tmp_path: Path) -> Path:
    anvil_life.ledger.manifest.save(tmp_path / "manifest.json")
    return tmp_path


def prove(life: Life, home: Path, *words: str) -> Said:
    file = str(home / "evidence.json")
    url = life.ledger.node.url
    return scf("audit", "prove", file, *words, "--url", url, "--home", str(home), "--json")


def verify(home: Path, block_hash: str, *words: str) -> Said:
    """Where no node answers."""
    file = str(home / "evidence.json")
    hash_ = ["--block-hash", block_hash]
    return scf("audit", "verify", file, *hash_, *words, "--url", NOWHERE, "--json")


def test_every_kind__is_proven_and_verified_without_a_node(anvil_life: Life, home: Path) -> None:
    certificate = anvil_life.subject("certificate").key
    code = build_uscc(PARTIES["tier2"][0])
    ways = {
        "certificate": ["--certificate", certificate],
        "invoice": ["--invoice", anvil_life.subject("invoice").key, "--complete"],
        "party": ["--party", code],
        "whole ledger": ["--period", "--complete"],
    }
    for kind, words in ways.items():
        made = prove(anvil_life, home, *words).result
        found = verify(
            home, made["block_hash"], "--known-manifest", str(home / "manifest.json")
        ).result

        assert kind in made["subject"]
        assert made["bytes"] == (home / "evidence.json").stat().st_size
        for name in ("subject", "coverage", "first", "last", "block_hash", "acts", "slots"):
            assert made[name] == found[name], (kind, name)
        assert made["statement"] == found["statement"]
        assert found["chain_id"] == 1337
        assert found["is_folded"] == (kind != "party")


def test_a_period__is_given_in_blocks_or_days(anvil_life: Life, home: Path) -> None:
    chain = anvil_life.chain
    last = prove(anvil_life, home, "--period", "--from-block", "5", "--to-block", "9").result
    first_day = prove(anvil_life, home, "--period", "--until", "2026-03-02").result
    rest = prove(anvil_life, home, "--period", "--from", "2026-03-03").result

    assert (last["first"], last["last"]) == (5, 9)
    assert first_day["first"] == anvil_life.ledger.manifest.first_block
    assert first_day["last"] + 1 == rest["first"]
    assert rest["last"] == chain.head()
    assert first_day["acts"] > 100
    assert rest["acts"] > 5


def test_verifying__reads_well(anvil_life: Life, home: Path) -> None:
    made = prove(anvil_life, home, "--period").result
    file = str(home / "evidence.json")

    said = scf("audit", "verify", file, "--block-hash", made["block_hash"])

    assert said.code == 0
    assert said.out.startswith(f"{file} holds: everything in it follows from the block hash")
    assert "Whether other acts happened in these blocks is not shown." in said.out


def test_what_does_not_fit__ends_with_one_and_names_it(anvil_life: Life, home: Path) -> None:
    made = prove(anvil_life, home, "--party", anvil_life.subject("party").key).result
    file = home / "evidence.json"

    other = verify(home, "0x" + "12" * 32)
    shape = json.loads(file.read_text(encoding="utf-8"))
    shape["acts"].pop()
    file.write_text(json.dumps(shape), encoding="utf-8")
    dropped = verify(home, made["block_hash"])

    assert other.code == dropped.code == 1
    assert other.error["error"] == "Misfit"
    assert other.error["item"].startswith("evidence.json: hash of block")
    assert other.error["expected"] == "0x" + "12" * 32
    assert other.error["found"] == made["block_hash"]
    assert dropped.error["item"].startswith("evidence.json: act")
    assert dropped.error["found"] == "none"


WRONG = {
    "no subject": ([], "one of --certificate, --bill, --range, --invoice, --party, --period"),
    "two subjects": (["--period", "--party", "0x" + "12" * 20], "one of --certificate"),
    "no such certificate": (["--certificate", "0x" + "12" * 32], "a certificate with acts"),
    "no id": (["--certificate", "12"], "a certificate id: 0x and 64 hex digits"),
    "days and blocks": (
        ["--period", "--from", "2026-03-02", "--to-block", "9"],
        "days or blocks, not both",
    ),
    "days without blocks": (["--period", "--from", "2030-01-01"], "days on which the chain has"),
    "blocks to come": (["--period", "--to-block", "1000000"], "blocks up to"),
}


@pytest.mark.parametrize("way", WRONG)
def test_wrong_use__ends_with_two_and_writes_nothing(
    anvil_life: Life, home: Path, way: str
) -> None:
    words, expected = WRONG[way]

    said = prove(anvil_life, home, *words)

    assert said.code == 2
    assert expected in said.error["message"]
    assert not (home / "evidence.json").exists()


def test_no_hash__is_wrong_use(anvil_life: Life, home: Path) -> None:
    prove(anvil_life, home, "--period").require()

    assert verify(home, "latest").code == 2


def test_a_node_that_is_away__ends_with_three(home: Path) -> None:
    file = str(home / "evidence.json")

    said = scf("audit", "prove", file, "--period", "--url", NOWHERE, "--home", str(home), "--json")

    assert said.code == 3
