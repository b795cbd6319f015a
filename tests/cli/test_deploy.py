"""A ledger made and kept by commands alone, on a node of its own: `deploy`, `enrol`, recovery."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scf.chain.keys import Signer
from scf.chain.node import Ganache
from scf.model.identifiers import build_uscc
from tests.cli.driving import PASSWORD, Desk

MORNING = dt.datetime(2026, 3, 2, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
AFTER_DELAY = "2026-03-03"
LOST = build_uscc("91310000MA1FL777")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A node with a ledger that `scf deploy` made, and keys that `scf deploy` made."""
    home = tmp_path_factory.mktemp("deployed")
    with Ganache(start_time=MORNING) as node, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCF_PASSWORD", PASSWORD)
        desk = Desk(url=node.url, home=home, codes={"lost": LOST})
        said = desk.scf("deploy", "--demo-founders", "--recovery-days", "1").result
        assert said["manifest"] == str(home / "manifest.json")
        assert set(said) == {
            *("manifest", "chain_id", "operator", "contracts", "keys", "consortium_key_id"),
            *("rules", "calendars"),
        }
        assert len(said["keys"]) == 6
        assert said["rules"] > 10
        yield desk


@pytest.fixture(scope="module")
def enrolled(deployed: Desk) -> Desk:
    """With a party of two officers, `lost-1` and `lost-2`, and a key for later, `lost-3`."""
    for name in ("lost-1", "lost-2", "lost-3"):
        text = json.dumps(Signer.create().encrypted(PASSWORD, light=True))
        (deployed.home / "keys" / f"{name}.json").write_text(text, encoding="utf-8")
    said = deployed.scf(
        *("participant", "enrol", "--uscc", LOST, "--name", "Lost Keys Ltd"),
        *("--officers", "lost-1,lost-2:make+pay", "--approver", "operator-2"),
        key="operator-1",
    )
    assert set(said.result) == {"party", "tx"}
    return deployed


def founders_file(path: Path, **changed: object) -> Path:
    parties = {
        name: {
            "uscc": build_uscc(first),
            "name": name,
            "roles": role,
            "size": "state",
            "officers": [f"{name}-1", f"{name}-2"],
        }
        for name, first, role in (
            ("operator", "91310000MA1FL001", "platform_operator"),
            ("regulator", "11100000MB1F0002", "regulator"),
            ("court", "11310000MB1F0003", "court"),
        )
    }
    parties["court"] |= changed
    path.write_text(json.dumps(parties), encoding="utf-8")
    return path


def test_deployed_ledger__is_there_with_rules(deployed: Desk) -> None:
    status = deployed.scf("chain", "status").result
    rule = deployed.scf("rule", "show", "R77-2a").result

    assert set(status["ledger"]["contracts"]) >= {"Cash", "Invoices", "Receivables", "Settlement"}
    assert rule["value"] == 6


def test_deploy__founders_from_a_file(deployed: Desk, tmp_path: Path) -> None:
    file, manifest = founders_file(tmp_path / "founders.json"), tmp_path / "other.json"

    said = deployed.scf(
        *("deploy", "--founders", str(file), "--manifest", str(manifest)), key="operator-1"
    ).result
    supply = deployed.scf("cash", "supply", "--manifest", str(manifest)).result

    assert said["manifest"] == str(manifest)
    assert (said["keys"], said["rules"], said["calendars"]) == ([], 0, [])
    assert supply["total_fen"] == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"uscc": "11310000MB1F000300"}, "uscc"),
        ({"name": " "}, "name"),
        ({"roles": "king"}, "court.roles"),
        ({"size": "huge"}, "court.size"),
        ({"officers": []}, "officers"),
        ({"officers": ["0x12"]}, "officers"),
        ({"officers": None}, "founders.court"),
    ],
)
def test_deploy__a_wrong_founder__makes_nothing(
    deployed: Desk, tmp_path: Path, changed: dict[str, object], field: str
) -> None:
    file, manifest = founders_file(tmp_path / "founders.json", **changed), tmp_path / "no.json"
    block = deployed.scf("chain", "status").result["block"]

    said = deployed.scf(
        *("deploy", "--founders", str(file), "--manifest", str(manifest)), key="operator-1"
    )

    assert said.code == 2
    assert said.error["field"] == field
    assert not manifest.exists()
    assert deployed.scf("chain", "status").result["block"] == block


def test_deploy__the_contracts_refuse_a_founder__by_name(deployed: Desk, tmp_path: Path) -> None:
    """One key cannot act for two founders; no manifest describes half a ledger."""
    file = founders_file(tmp_path / "founders.json", officers=["operator-1"])
    manifest = tmp_path / "no.json"

    said = deployed.scf(
        *("deploy", "--founders", str(file), "--manifest", str(manifest)), key="operator-1"
    )

    assert said.code == 1
    assert said.error["error"] == "ParticipantsOfficerTaken"
    assert not manifest.exists()


def test_deploy__no_place_for_the_manifest__makes_nothing(deployed: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    block = deployed.scf("chain", "status").result["block"]

    said = deployed.scf(
        *("deploy", "--demo-founders", "--manifest", str(tmp_path / "file" / "manifest.json"))
    )

    assert said.code == 2
    assert said.error["field"] == "manifest"
    assert deployed.scf("chain", "status").result["block"] == block


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"--uscc": LOST[:-1] + "?"}, "uscc"), ({"--officers": "lost-3:fly"}, "officers")],
)
def test_enrol__wrong_words__are_named(enrolled: Desk, changed: dict[str, str], field: str) -> None:
    words = {"--uscc": LOST, "--name": "X", "--officers": "lost-3", "--approver": "operator-2"}

    said = enrolled.scf(
        *("participant", "enrol"),
        *(part for pair in (words | changed).items() for part in pair),
        key="operator-1",
    )

    assert said.code == 2
    assert said.error["field"] == field


def test_enrol__twice__is_refused(enrolled: Desk) -> None:
    said = enrolled.scf(
        *("participant", "enrol", "--uscc", LOST, "--name", "Lost Keys Ltd"),
        *("--officers", "lost-3", "--approver", "operator-2"),
        key="operator-1",
    )

    assert said.code == 1
    assert said.error["error"] == "ParticipantsPartyEnrolled"


def test_recovery__is_proposed_objected_to_and_carried_out(enrolled: Desk, tmp_path: Path) -> None:
    """Two of the operator propose, the party can object, and nothing happens before the day."""
    file = str(tmp_path / "recovery.json")
    new = ["--party", LOST, "--officer", "lost-3", "--approver", "operator-2", "--save", file]
    recover = ["participant", "recover", "--officer", "lost-3", "--saved", file]
    object_to = ["participant", "recover-object", "--party", LOST]

    by_one = enrolled.scf("participant", "recover-propose", *new, key="operator-2")
    by_party = enrolled.scf("participant", "recover-propose", *new, key="lost-1")
    unknown = enrolled.scf(*recover, key="operator-1")
    proposed = enrolled.scf("participant", "recover-propose", *new, key="operator-1").result
    early = enrolled.scf(*recover, key="operator-1")
    by_stranger = enrolled.scf(*object_to, key="court-1")
    enrolled.scf(*object_to, key="lost-1").require()
    stopped = enrolled.scf(*recover, key="operator-1")
    enrolled.scf("participant", "recover-propose", *new, key="operator-1").require()
    enrolled.scf("chain", "move-to", AFTER_DELAY).require()
    by_other = enrolled.scf(*recover, key="court-1")
    done = enrolled.scf(*recover, key="operator-1").result
    again = enrolled.scf(*object_to, key="lost-1")

    assert set(proposed) == {"party", "change_hash", "earliest_day", "tx"}
    assert proposed["earliest_day"] == AFTER_DELAY
    assert by_one.error["error"] == "GovernedSameOfficer"
    assert by_party.error["error"] == "ParticipantsApproverParty"
    assert unknown.error["error"] == "ParticipantsRecoveryUnknown"
    assert early.error["error"] == "ParticipantsRecoveryEarly"
    assert by_stranger.error["error"] == "ParticipantsApproverParty"
    assert stopped.error["error"] == "ParticipantsRecoveryUnknown"
    assert by_other.error["error"] == "ParticipantsApproverParty"
    assert again.error["error"] == "ParticipantsRecoveryUnknown"
    assert {
        said.code
        for said in (by_one, by_party, unknown, early, by_stranger, stopped, by_other, again)
    } == {1}
    assert done["powers"] == ["make", "check", "pay", "administer"]
    shown = enrolled.scf("participant", "officer", done["officer"]).result
    assert shown["party"] == done["party"]
