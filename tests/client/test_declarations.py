"""What Python repeats of the contracts must be what the contracts say."""

from __future__ import annotations

import re
import subprocess
import sys
from enum import IntEnum, IntFlag
from pathlib import Path

import pytest

import scf
from scf.build.artifacts import load, names
from scf.chain.advice import ADVICE
from scf.chain.typed import _type_text
from scf.contracts import gas, signing
from scf.contracts.receivables import Receivables
from scf.model import bill_enums, records

CONTRACTS = Path(__file__).parents[2] / "contracts"
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(CONTRACTS.rglob("*.sol"))
    if "node_modules" not in path.parts
)
GENERAL = {"Error", "Panic", "UnknownRevert"}


def test_every_custom_error__has_one_sentence_of_advice() -> None:
    declared = set(re.findall(r"^\s*error (\w+)\(", SOURCES, re.MULTILINE))

    assert set(ADVICE) - GENERAL == declared
    assert len(set(ADVICE.values())) > len(ADVICE) * 3 // 4
    for sentence in ADVICE.values():
        assert 10 < len(sentence) <= 100
        assert not sentence.endswith(".")


def test_every_signed_type__is_spelled_as_in_the_contracts() -> None:
    spelled = set(re.findall(r'"([A-Z]\w+\([^"]*\)[^"]*)"', SOURCES))

    ours = set()
    for contract in signing.TYPES:
        types = signing.types_of(contract)
        ours |= {_type_text(name, types) for name in types}

    assert ours == spelled


def test_every_signing_contract__has_its_domain() -> None:
    for contract in signing.TYPES:
        assert f'"SCF {contract}", "1"' in SOURCES


def test_every_gas_limit__is_of_a_function() -> None:
    for key in gas.LIMITS:
        contract, function = key.split(".")
        assert function in {item.get("name") for item in load(contract).abi}


ENUMS: dict[str, type[IntEnum]] = {
    "PartyStatus": records.PartyStatus,
    "SizeClass": records.SizeClass,
    "InvoiceStatus": records.InvoiceStatus,
    "IReceivables.Status": records.CertificateStatus,
    "CancelCause": records.CancelCause,
    "Recourse": records.Recourse,
    "PendingState": records.PendingState,
    "OrderKind": records.OrderKind,
    "OrderState": records.OrderState,
    "AcceptorKind": bill_enums.AcceptorKind,
    "IBills.Status": bill_enums.BillStatus,
    "IBills.Flag": bill_enums.BillFlag,
    "IBills.PendingOp": bill_enums.PendingOp,
    "IBills.RecordKind": bill_enums.RecordKind,
    "IBills.CorrectionKind": bill_enums.CorrectionKind,
    "IAcceptances.Cause": bill_enums.Cause,
    "IPresentations.Kind": bill_enums.PresentationKind,
    "IPresentations.Scope": bill_enums.Scope,
    "IPresentations.DishonourCode": bill_enums.DishonourCode,
    "IRecourse.Ground": bill_enums.Ground,
    "IRecourse.Liability": bill_enums.Liability,
}


@pytest.mark.parametrize("name", ENUMS)
def test_an_enum__stands_in_the_order_of_the_contracts(name: str) -> None:
    interface, _, enum = name.rpartition(".")
    text = SOURCES
    if interface:
        text = (CONTRACTS / "interfaces" / f"{interface}.sol").read_text(encoding="utf-8")
    found = re.search(rf"enum {enum} \{{([^}}]*)\}}", text)
    assert found is not None

    plain = re.sub(r"//[^\n]*", "", found[1])
    theirs = [_upper(item.strip()) for item in plain.split(",")]

    assert [member.name for member in ENUMS[name]] == theirs
    assert [member.value for member in ENUMS[name]] == list(range(len(theirs)))


FLAGS: dict[str, type[IntFlag]] = {
    "Powers": records.Powers,
    "Roles": records.Roles,
    "BarReason": records.BarReason,
}


@pytest.mark.parametrize("name", FLAGS)
def test_a_flag__has_the_bits_of_the_contracts(name: str) -> None:
    found = re.search(rf"library {name} \{{(.*?)^\}}", SOURCES, re.DOTALL | re.MULTILINE)
    assert found is not None

    pattern = r"constant (\w+) = (?:(\d+) << )?(\d+);"
    theirs = {
        word: int(left or 0) << int(right) if left else int(right)
        for word, left, right in re.findall(pattern, found[1])
        if word != "ALL"
    }

    ours = {str(m.name): m.value for m in FLAGS[name] if m.name != "ALL"}
    assert ours == theirs


def test_public_names__are_sorted_complete_and_there() -> None:
    assert scf.__all__ == sorted(scf.__all__)
    assert set(scf.__all__) == set(scf._HOME_OF)
    for name in scf.__all__:
        assert getattr(scf, name) is not None
    with pytest.raises(AttributeError):
        _ = scf.nothing


def test_importing__loads_nothing_heavy() -> None:
    heavy = ("web3", "eth_account", "eth_abi", "coincurve", "rich", "requests")
    code = f"import sys, scf; print([m for m in {heavy!r} if m in sys.modules])"

    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert shown.stdout.strip() == "[]"


def test_writes__are_listed_and_documented() -> None:
    writes = list(Receivables.writes())

    assert {"open", "transfer", "mark_overdue"} <= set(writes)
    assert all(getattr(Receivables, name).__doc__ for name in writes)
    assert set(names()) >= set(signing.TYPES)


def _upper(word: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).upper()
