"""
Bugs planted in a copy of the contracts, one at a time: the campaign must catch each.

Contracts name each other by address only, so one compilation carries one bug for each contract, and
each ledger is made of one planted contract among sound ones. What they share is compiled alone.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from unittest.mock import patch

from scf.build import compile as building
from scf.build.artifacts import Artifact, load, names
from scf.build.compile import contracts_folder
from tests.engines import CODE_SIZE_MAX as CODE_SIZE_PLANTED


@dataclass(frozen=True)
class Bug:
    """What is changed: text of one file, however its lines are broken, by other text."""

    name: str
    contract: str
    file: str
    edits: tuple[tuple[str, str], ...]


def planted_rounds(folder: Path) -> Iterator[tuple[tuple[Bug, ...], Mapping[str, Artifact]]]:
    """The bugs, one for each contract at a time, with the contracts compiled with them."""
    by_contract: dict[str, list[Bug]] = defaultdict(list)
    shared = [(bug,) for bug in BUGS if bug.file.startswith(_SHARED)]
    for bug in BUGS:
        if (bug,) not in shared:
            by_contract[bug.contract].append(bug)
    apart = zip_longest(*by_contract.values())
    rounds = [*(tuple(bug for bug in bugs if bug is not None) for bugs in apart), *shared]
    for number, bugs in enumerate(rounds):
        yield bugs, _compiled(bugs, folder / f"round{number}")


def ledger_with(bug: Bug, compiled: Mapping[str, Artifact]) -> dict[str, Artifact]:
    """The artifacts of a ledger in which one contract has the bug."""
    return {name: load(name) for name in names()} | {bug.contract: compiled[bug.contract]}


def _compiled(bugs: Iterable[Bug], folder: Path) -> Mapping[str, Artifact]:
    source = contracts_folder()
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("node_modules"))
    (folder / "node_modules").symlink_to(source / "node_modules")
    for bug in bugs:
        file = folder / bug.file
        text = file.read_text(encoding="utf-8")
        for old, new in bug.edits:
            text, count = re.subn(_pattern(old), new.replace("\\", r"\\"), text)
            assert count == 1, f"{bug.name}: {count} places in {bug.file} read: {old}"
        file.write_text(text, encoding="utf-8")
    # A missing check lets the compiler inline more: a planted contract may outgrow EIP-170.
    with patch.object(building, "CODE_SIZE_MAX", CODE_SIZE_PLANTED):
        build = building.compile_contracts(folder)
    return {item.artifact.contract_name: item.artifact for item in build.contracts}


def _pattern(text: str) -> str:
    """The text with any white space, or none, between its tokens."""
    return r"\s*".join(re.escape(token) for token in re.findall(r"\w+|[^\w\s]", text))


_TRANSFERS = "assets/receivables/CertificateTransfers.sol"
_BOOK = "assets/receivables/CertificateBook.sol"
_ASSET = "assets/Receivables.sol"
_LEDGER = "assets/invoices/ExposureLedger.sol"
_INVOICES = "assets/Invoices.sol"
_DISCOUNTING = "financing/Discounting.sol"
_SETTLEMENT = "financing/Settlement.sol"
_CASH = "assets/Cash.sol"
_PARTICIPANTS = "governance/Participants.sol"
_ORDERS = "governance/Orders.sol"
_RULEBOOK = "governance/Rulebook.sol"
_SHARED = "base/"
_GOVERNED = "base/Governed.sol"


def _bug(name: str, contract: str, file: str, *edits: tuple[str, str]) -> Bug:
    return Bug(name, contract, file, edits)


BUGS = (
    _bug(
        "locked units can be passed on",
        "Receivables",
        _BOOK,
        (
            "return FixedPointMathLib.zeroFloorSub(balance, _positions[id][holder].lockedFen);",
            "return balance;",
        ),
    ),
    _bug(
        "transfer to oneself",
        "Receivables",
        _TRANSFERS,
        ("require(hop.to != hop.from && _tagOf(hop.to)", "require(_tagOf(hop.to)"),
    ),
    _bug(
        "payment does not discharge",
        "Receivables",
        _ASSET,
        ("invoices.discharge(debtor, amountFen, paid", "invoices.discharge(debtor, 0, paid"),
    ),
    _bug(
        "layer not raised",
        "Receivables",
        _TRANSFERS,
        ("if (_positions[id][to].layer < layer) _positions[id][to].layer = layer;", ""),
    ),
    _bug(
        "freeze of a certificate ignored",
        "Receivables",
        _BOOK,
        (
            "require(frozenUntil == 0 || frozenUntil < _today(), ReceivablesFrozen(",
            "require(frozenUntil + 1 > 0 && _today() > 0, ReceivablesFrozen(",
        ),
    ),
    _bug(
        "transfer on the due day",
        "Receivables",
        _TRANSFERS,
        (
            "require(_today() < c.dueDay(), ReceivablesDue(hop.id",
            "require(_today() <= c.dueDay(), ReceivablesDue(hop.id",
        ),
    ),
    _bug(
        "split not counted",
        "Receivables",
        _TRANSFERS,
        ("c.withSplitsLeft(c.splitsLeft() - 1)", "c.withSplitsLeft(c.splitsLeft())"),
    ),
    _bug(
        "late interest a day too long",
        "Receivables",
        _ASSET,
        ("principalsFen[i], today - payDay,", "principalsFen[i], today - payDay + 1,"),
    ),
    _bug(
        "invoice used one fen too far",
        "Invoices",
        _LEDGER,
        (
            "require(needed <= capacity, InvoicesCapacity",
            "require(needed <= capacity + 1, InvoicesCapacity",
        ),
        (
            "require(amountFen <= available, InvoicesCapacity",
            "require(amountFen <= available + 1, InvoicesCapacity",
        ),
    ),
    _bug(
        "cancelled offer gives nothing back",
        "Invoices",
        _LEDGER,
        ("_invoices[key][debtor].usedFen -= amountFen;", ""),
    ),
    _bug(
        "overdue debtor may promise",
        "Invoices",
        _LEDGER,
        ("if (a.barReasons != 0 || a.overdueCount != 0)", "if (a.barReasons != 0)"),
    ),
    _bug(
        "debtor's maker checks itself",
        "Invoices",
        _INVOICES,
        ("require(msg.sender != maker, GovernedSameOfficer(maker));", ""),
    ),
    _bug(
        "debtor's limit counted afresh each time",
        "Invoices",
        _LEDGER,
        ("a.limitFen > a.outstandingFen ? a.limitFen - a.outstandingFen : 0", "a.limitFen"),
    ),
    _bug(
        "conflicting invoice confirmed",
        "Invoices",
        _LEDGER,
        ("require(!i.conflicted, InvoicesConflicted(key));", ""),
    ),
    _bug(
        "receipt and quote used twice",
        "Settlement",
        _DISCOUNTING,
        ("require(usedBy == 0, DiscountingReceiptUsed(q.registryReceipt, usedBy));", ""),
    ),
    _bug(
        "fee forgotten",
        "Settlement",
        _DISCOUNTING,
        ("uint256 costFen = interestFen + q.feeFen;", "uint256 costFen = interestFen;"),
    ),
    _bug(
        "asset without money",
        "Settlement",
        _SETTLEMENT,
        ("cash.move(buyer, seller, priceFen);", ""),
    ),
    _bug(
        "some holders paid at others' cost",
        "Settlement",
        _SETTLEMENT,
        ("require(left >= unpaidFen, SettlementPreference(certificateId, left, unpaidFen));", ""),
    ),
    _bug(
        "payment id used twice",
        "Cash",
        _CASH,
        ("require(!isPaymentUsed[paymentId], CashPaymentIdUsed(paymentId));", ""),
    ),
    _bug(
        "money of a frozen party taken",
        "Cash",
        _CASH,
        ("participants.requireMove(from, to); require(amountFen > 0", "require(amountFen > 0"),
    ),
    _bug(
        "allowance not asked",
        "Cash",
        _CASH,
        ("_spendAllowance(from, spender, amountFen);", ""),
    ),
    _bug(
        "one fen not burnt",
        "Cash",
        _CASH,
        ("_burn(bank, amountFen);", "_burn(bank, amountFen - 1);"),
    ),
    _bug(
        "suspended party acts",
        "Participants",
        _PARTICIPANTS,
        ("require(status == PartyStatus.Active, ParticipantsPartySuspended(id));", ""),
    ),
    _bug(
        "freeze of a party ignored",
        "Participants",
        _PARTICIPANTS,
        (
            "require(until == 0 || until < _today(), ParticipantsPartyFrozen(id, until));",
            "require(_today() > 0, ParticipantsPartyFrozen(id, until));",
        ),
    ),
    _bug(
        "unknown keys act",
        "Participants",
        _PARTICIPANTS,
        ("require(held != 0, ParticipantsOfficerUnknown(key));", ""),
    ),
    _bug(
        "recovery without delay",
        "Participants",
        _PARTICIPANTS,
        ("require(today >= waiting.earliestDay,", "require(today > 0,"),
    ),
    _bug("change of officers not counted", "Participants", _PARTICIPANTS, ("++p.changes;", "")),
    _bug(
        "approval on chain serves twice",
        "Receivables",
        _GOVERNED,
        ("delete _approved[digest][officer];", ""),
    ),
    _bug(
        "approval on chain used unseen",
        "Rulebook",
        _GOVERNED,
        ("emit ApprovalUsed(digest, officer);", ""),
    ),
    _bug(
        "one officer proposes and carries out",
        "Orders",
        _ORDERS,
        ("require(officer != e.officer, GovernedSameOfficer(officer));", ""),
    ),
    _bug("order carried out again", "Orders", _ORDERS, ("e.state = OrderState.CarriedOut;", "")),
    _bug(
        "expired order",
        "Orders",
        _ORDERS,
        (
            "order.expiryDay >= today && order.expiryDay <= latest",
            "order.expiryDay <= latest",
        ),
    ),
    _bug(
        "rule dated in the past",
        "Rulebook",
        _RULEBOOK,
        ("require(entry.effectiveFrom >= today,", "require(entry.effectiveFrom > 0,"),
    ),
    _bug(
        "stale head of a rule",
        "Rulebook",
        _RULEBOOK,
        ("if (v.effectiveFrom < nextFrom) nextFrom = v.effectiveFrom;", ""),
    ),
)
