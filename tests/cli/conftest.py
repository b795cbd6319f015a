"""A ledger on ganache for each file of tests of commands, since they move its clock."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.cli.driving import PASSWORD, Desk

START = dt.date(2026, 3, 2)
CODES = ("CLTBUY", "CLTXEL", "CLTTHD", "CLTBNK", "CLTCLR")


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    for name in ("SCF_URL", "SCF_MANIFEST", "SCF_KEY", "SCF_HOME", "SCF_KEYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SCF_PASSWORD", PASSWORD)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    from scf import OfficerGrant, PartyDetails, Roles, Signer, local
    from scf.model.identifiers import build_uscc

    home = tmp_path_factory.mktemp("home")
    keys = home / "keys"
    keys.mkdir()

    def keep(name: str, signer: Signer) -> Signer:
        text = json.dumps(signer.encrypted(PASSWORD, light=True))
        (keys / f"{name}.json").write_text(text, encoding="utf-8")
        return signer

    roles = {
        "buyer": Roles.ENTERPRISE,
        "seller": Roles.ENTERPRISE,
        "third": Roles.ENTERPRISE,
        "bank": Roles.BANK | Roles.FUNDER,
        "clearing": Roles.BANK | Roles.CLEARING_BANK,
    }
    with local(start_day=START) as ledger, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCF_PASSWORD", PASSWORD)
        for name, signers in ledger.officers.items():
            for place, signer in enumerate(signers, 1):
                keep(f"{name}-{place}", signer)
        codes = {}
        for (name, role), first in zip(roles.items(), CODES, strict=True):
            codes[name] = build_uscc(f"91990100MA{first}")
            officers = [keep(f"{name}-{place}", Signer.create()) for place in (1, 2)]
            ledger.participants.enrol(
                PartyDetails(uscc=codes[name], name=name, roles=role),
                [OfficerGrant(officer=officer) for officer in officers],
                approver=ledger.officers["operator"][1],
            )
        ledger.manifest.save(home / "manifest.json")
        (home / "consortium.key").write_text(ledger.consortium_key.hex(), encoding="ascii")
        yield Desk(url=ledger.node.url, home=home, codes=codes)
