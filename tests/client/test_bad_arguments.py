"""
What cannot be right is refused before a node is asked: every function of every face.

The ledger here stands on a node that is not there, so whatever asks it raises UnavailableError.
Each argument, and each field of each record among them, is replaced by values that cannot be right;
the refusal must come first. Values go by the argument's name, so a new function is tested as soon
as it exists.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, get_type_hints

import pytest

import scf
from scf import Manifest, OfficerGrant, Opening, PartyDetails, Powers, Quote, Roles, Signer
from scf.build.artifacts import names
from scf.build.manifest import Deployed
from scf.chain.capabilities import Capabilities
from scf.chain.chain import Chain
from scf.chain.journal import Journal
from scf.chain.rpc import Rpc
from scf.chain.sender import Sender
from scf.contracts.face import Face, Write
from scf.contracts.participants import OfficerChange
from scf.errors import UnavailableError, UsageError
from scf.ledger import Faces, context_of
from scf.model.bill_numbers import build_bill_number, whole_range
from scf.model.calendars import cn_calendar_year
from scf.model.identifiers import build_uscc
from scf.model.records import (
    NOBODY,
    BarReason,
    Order,
    OrderKind,
    Recourse,
    SignedQuote,
    TransferTerms,
)
from scf.model.rules import trial_rules
from tests.client import instrument_arguments as instruments

P, Q, H = "0x" + "11" * 20, "0x" + "22" * 20, b"\x07" * 32
DAY, NOW = dt.date(2026, 4, 20), 1_772_000_000
KEY, OTHER = Signer.create(), Signer.create()

PARTIES = ("nobody", NOBODY, "91310000MA1FL10100", 7)
HASHES = (b"", b"\x07" * 31, "0x12", None)
AMOUNTS = (0, -1, 1.5, True, 10**18, "5")
AMOUNTS_OR_NONE = (-1, 1.5, True, 10**18)
DAYS = ("2026-04-20", dt.datetime(2026, 4, 20, tzinfo=dt.UTC), dt.date(1969, 1, 1), 5)
SECONDS = (0, -1, 2**64, "soon")
SIGNERS = (None, "operator-1", 5)

ORDER = Order(
    kind=OrderKind.TRANSFER,
    target="0x" + "00" * 19 + "01",
    subject=H,
    from_party=Q,
    to_party=P,
    amount=100,
    document_hash=H,
    expiry_day=DAY,
)
QUOTE = Quote(
    funder=P,
    seller=Q,
    certificate_id=1,
    amount=100,
    rate=36_000,
    fee=1,
    registry_receipt=H,
    deadline=NOW + 1,
)
GOOD: dict[str, Any] = {
    **dict.fromkeys(("party", "to", "debtor", "holder", "owner", "to_party"), P),
    **dict.fromkeys(("from_party", "spender", "supplier"), Q),
    **dict.fromkeys(("address", "officer"), KEY.address),
    **dict.fromkeys(("basis_hash", "consent_hash", "digest", "document_hash", "evidence_hash"), H),
    **dict.fromkeys(("invoice_key", "key", "order_id", "payment_id", "pending_id"), H),
    **dict.fromkeys(("reason_hash", "reference", "registry_receipt"), H),
    **dict.fromkeys(("approver", "checker", "maker", "second", "seller", "taker"), OTHER),
    **dict.fromkeys(("giver", "signer", "acceptance"), KEY),
    **dict.fromkeys(("amount", "limit"), 100),
    **dict.fromkeys(("day", "due_day", "deadline_day", "expiry", "until"), DAY),
    **dict.fromkeys(("effective_from", "first_day"), DAY),
    "calendar": cn_calendar_year(2026),
    "cap": 0,
    "certificate_id": 1,
    "deadline": NOW + 1,
    "holders": [P],
    "kind": OrderKind.FREEZE,
    "officers": [OfficerGrant(officer=KEY)],
    "operators": True,
    "parties": [P],
    "powers": Powers.ALL,
    "reasons": BarReason(1),
    "range_": whole_range(
        int(build_bill_number(kind=7, bank="1" * 12, issue_day=DAY, serial=1)), 100
    ),
    "recourse": Recourse.NONE,
    "repeat": 0,
    "replaces": None,
    "rule_id": "OP-28",
    "rules": trial_rules(),
    "signatures": None,
    "value": 1,
    "year": 2026,
    "change": OfficerChange(
        party=P, officer=KEY.address, powers=Powers.ALL, limit=1, nonce=0, deadline=NOW + 1
    ),
    "details": PartyDetails(
        uscc=build_uscc("91310000MA1FL101"), name="A Ltd", roles=Roles.ENTERPRISE
    ),
    "opening": Opening(
        invoice_key=H,
        reference=H,
        supplier=Q,
        debtor=P,
        amount=100,
        invoice_amount=100,
        delivery_day=dt.date(2026, 4, 1),
        due_day=DAY,
        document_hash=H,
        consent_hash=H,
    ),
    "order": ORDER,
    "quote": QUOTE,
    "signed_quote": SignedQuote(quote=QUOTE, officer=KEY.address, signature=bytes(65)),
    "terms": TransferTerms(
        certificate_id=1,
        from_party=P,
        to_party=Q,
        amount=100,
        evidence_hash=H,
        reference=H,
        deadline=NOW + 1,
        recourse=Recourse.NONE,
    ),
}
BAD: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("party", "to", "debtor", "holder", "owner", "funder"), PARTIES),
    **dict.fromkeys(("from_party", "spender", "supplier", "to_party"), PARTIES),
    **dict.fromkeys(("address", "officer"), ("nobody", NOBODY, 7)),
    **dict.fromkeys(("basis_hash", "consent_hash", "digest", "document_hash"), HASHES),
    **dict.fromkeys(("invoice_key", "key", "order_id", "payment_id", "pending_id"), HASHES),
    **dict.fromkeys(("evidence_hash", "reason_hash", "registry_receipt", "reference"), HASHES),
    **dict.fromkeys(("approver", "checker", "maker", "second", "seller", "taker"), SIGNERS),
    "giver": SIGNERS,
    "amount": AMOUNTS,
    "invoice_amount": AMOUNTS,
    "fee": AMOUNTS_OR_NONE,
    "limit": AMOUNTS_OR_NONE[:3],
    "cap": (5, -1, 1.5),
    **dict.fromkeys(("day", "due_day", "deadline_day", "expiry", "until", "expiry_day"), DAYS),
    **dict.fromkeys(("effective_from", "delivery_day"), DAYS),
    "certificate_id": (0, -1, 2**256, "0x1", True),
    "deadline": SECONDS,
    "holders": ([P, P], [], ["nobody"]),
    "kind": (9, "freeze"),
    "late_rate": (-1, 1.5),
    "lei": ("529900T8BM49AURSDO00",),
    "name": ("", " ", 5),
    "nonce": (-1, 2**32, "0"),
    "officers": ([], [OfficerGrant(officer=KEY)] * 2),
    "parties": (["nobody"],),
    "powers": (16, -1, "make"),
    "rate": (-1, 1.5, "3 %"),
    "reasons": (8, -1, "weather"),
    "recourse": (7, Recourse.LIMITED),
    "repeat": (-1, 1.5),
    "replaces": ("nobody",),
    "roles": (Roles(0), 2**20),
    "range_": ("", "1/1-2", 5),
    "rule_id": ("", "规则", "R" * 32, 5),
    "size_class": (9, "huge"),
    "uscc": ("91310000MA1FL10100", "", 5),
    "value": (-1, 1.5, 2**128),
    "year": (1900, "2026"),
}
# (function, argument or field, value): what means something there.
MEANT = (
    ("acceptances", "document_hash", None),  # each bill's own number
    ("approve", "amount", 0),  # takes an allowance back
    ("late_interest", "amount", 0),
    ("open", "deadline", 0),  # the start of the due day
    ("open_confirmed", "deadline", 0),
    ("opening_digest", "deadline", 0),
    ("terms", "reference", None),  # a random one
    ("undertake_interest", "cap", 5),
)
# An order is about a party or a certificate; this one moves a part of a certificate.
FITTING: dict[tuple[str, str], dict[str, Any]] = {
    ("receivables", "open_confirmed"): {"supplier": OTHER},  # who signs for it
    ("orders", "order"): {
        "kind": OrderKind.TRANSFER,
        "party": None,
        "range_": None,
    },
    ("bill_discounting", "quote_for"): {"seller": Q},
    ("bill_loans", "release"): {"amount": None},
    ("bills", "endorsement"): {"amount": None},
    ("recourse", "offer"): {"amount": None},
}
# Records whose fields are arguments too.
RECORDS = {
    **{
        kind.__name__: GOOD[name]
        for name, kind in (
            ("change", OfficerChange),
            ("details", PartyDetails),
            ("opening", Opening),
            ("order", Order),
            ("quote", Quote),
            ("terms", TransferTerms),
        )
    },
    **instruments.RECORDS,
}
ALL_GOOD = instruments.GOOD | GOOD
ALL_BAD = instruments.BAD | BAD


def faces() -> Iterator[tuple[str, type[Face]]]:
    for name, value in vars(Faces).items():
        if isinstance(value, cached_property):
            yield name, get_type_hints(value.func)["return"]


def functions() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every public function of every face: the face, its name, its arguments and their types."""
    for face, kind in faces():
        for name in dir(kind):
            found = inspect.getattr_static(kind, name)
            function = found.__wrapped__ if isinstance(found, Write) else found
            if name.startswith("_") or name == "run" or not inspect.isfunction(function):
                continue
            yield (
                face,
                name,
                {
                    item: str(parameter.annotation).strip("'")
                    for item, parameter in inspect.signature(function).parameters.items()
                    if item != "self" and parameter.kind is not parameter.VAR_KEYWORD
                },
            )


def cases() -> Iterator[tuple[str, str, str, str, list[Any]]]:
    for face, name, arguments in functions():
        for argument, type_ in arguments.items():
            if type_ in RECORDS:
                for field in dataclasses.fields(RECORDS[type_]):
                    if type_ == "BillPart" and field.name not in ("range", "acts"):
                        continue  # it is read from the chain; acts need no more of it
                    if field.name in ALL_BAD:
                        yield face, name, argument, field.name, wrong_for(name, field.name)
            elif type_ == "Approver":
                yield face, name, argument, "", list(SIGNERS)
            elif argument in ALL_BAD:
                yield face, name, argument, "", wrong_for(name, argument)


def good_for(argument: str, type_: str) -> Any:
    """A value that can be right."""
    kind = type_.removeprefix("Iterable[").removesuffix("]")
    if kind in RECORDS:
        return RECORDS[kind] if kind == type_ else [RECORDS[kind]]
    if type_ == "Approver":
        return OTHER
    return ALL_GOOD[argument]


def wrong_for(function: str, name: str) -> list[Any]:
    """The wrong values of a name, without those that mean something to this function."""
    return [
        value
        for value in ALL_BAD[name]
        if not any(
            item[:2] == (function, name) and type(item[2]) is type(value) and item[2] == value
            for item in MEANT
        )
    ]


@pytest.fixture(scope="module")
def nowhere() -> Iterator[scf.Ledger]:
    """A ledger on a node that is not there."""
    manifest = Manifest(
        chain_id=1337,
        genesis_hash="0x" + "00" * 32,
        first_block=1,
        operator=P,
        contracts={
            name: Deployed(address=f"0x{place:040x}", code_hash="0x12")
            for place, name in enumerate(names(), 1)
        },
        compiler="c",
        evm_version="paris",
        package_version="1",
    )
    can = Capabilities(
        client="none",
        block_receipts=False,
        movable_clock=False,
        mines_each=False,
        repeats_first=False,
        mines_on_demand=False,
        balance_method=None,
    )
    chain = Chain(
        Rpc("http://127.0.0.1:9"), chain_id=1337, genesis_hash="0x" + "00" * 32, capabilities=can
    )
    journal = Journal(None)
    context = context_of(chain, Sender(chain, journal), manifest, KEY)
    yield scf.Ledger(dataclasses.replace(context, fixed_now=NOW, parties={KEY.address: P}))
    journal.close()


@pytest.mark.parametrize(
    ("face", "name", "argument", "field", "values"),
    list(cases()),
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_wrong_argument__is_refused_before_a_node_is_asked(
    nowhere: scf.Ledger, face: str, name: str, argument: str, field: str, values: list[Any]
) -> None:
    function, good = function_of(nowhere, face, name)
    missed = []

    for value in values:
        wrong = dataclasses.replace(good[argument], **{field: value}) if field else value
        try:
            function(**good | {argument: wrong})
        except UsageError:
            continue
        except UnavailableError:
            missed.append(f"{value!r}: asked the node")
        else:
            missed.append(f"{value!r}: accepted")

    assert missed == []


@pytest.mark.parametrize(("face", "name"), [found[:2] for found in functions()])
def test_good_arguments__are_not_refused(nowhere: scf.Ledger, face: str, name: str) -> None:
    """Or the wrong ones might be refused for another reason."""
    function, good = function_of(nowhere, face, name)

    with suppress(UnavailableError):
        function(**good)


def function_of(ledger: scf.Ledger, face: str, name: str) -> tuple[Any, dict[str, Any]]:
    """A function, which for a write builds the act and does not send it; its good arguments."""
    arguments = next(found[2] for found in functions() if found[:2] == (face, name))
    function = getattr(getattr(ledger, face), name)
    good = {item: good_for(item, type_) for item, type_ in arguments.items()} | FITTING.get(
        (face, name), {}
    )
    return getattr(function, "build", function), good
