"""
Bugs planted in a copy of the contracts, one at a time: the campaign must catch each.

Contracts name each other by address only, so one compilation carries one bug for each contract, and
each ledger is made of one planted contract among sound ones. What they share is compiled alone.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from unittest.mock import patch

from scf.build import compile as building
from scf.build.artifacts import Artifact, load, names
from scf.build.compile import contracts_folder
from tests.engines import CODE_SIZE_MAX as CODE_SIZE_PLANTED
from tests.world import World

Check = Callable[[World], object]


@dataclass(frozen=True)
class Bug:
    """What is changed: text of one file, however its lines are broken, by other text."""

    name: str
    contract: str
    file: str
    edits: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Planted:
    """A bug, what it breaks, and the test that fails with it; some need the doors open."""

    breaks: str
    bug: Bug
    caught_by: Check
    open_doors: bool = False


def planted(
    breaks: str,
    name: str,
    contract: str,
    file: str,
    old: str,
    new: str,
    caught_by: Check,
    *,
    open_doors: bool = False,
) -> Planted:
    """One change of one file, beside the rule it breaks and the test that sees it."""
    return Planted(breaks, Bug(name, contract, file, ((old, new),)), caught_by, open_doors)


def is_chosen(bug: Bug, texts: Sequence[str]) -> bool:
    """Whether a bug's name has one of the texts; without texts every bug is."""
    return not texts or any(text in bug.name for text in texts)


def planted_rounds(
    folder: Path, bugs: Iterable[Bug]
) -> Iterator[tuple[tuple[Bug, ...], Mapping[str, Artifact]]]:
    """The bugs, one for each contract at a time, with the contracts compiled with them."""
    by_contract: dict[str, list[Bug]] = defaultdict(list)
    shared = []
    for bug in bugs:
        if bug.file.startswith(_SHARED):
            shared.append((bug,))
        else:
            by_contract[bug.contract].append(bug)
    apart = zip_longest(*by_contract.values())
    rounds = [*(tuple(bug for bug in bugs if bug is not None) for bugs in apart), *shared]
    for number, together in enumerate(rounds):
        yield together, _compiled(together, folder / f"round{number}" / contracts_folder().name)


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
        build = building.compile_contracts(folder, cache=source.parent / ".build")
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
_LOANS = "financing/Loans.sol"
_CLAIMS = "claims/FactoringClaims.sol"
_BILL_LOANS = "financing/BillLoans.sol"
_BILL_DISCOUNTING = "financing/BillDiscounting.sol"
_BILL_PAYMENTS = "financing/BillPayments.sol"
_CASH = "assets/Cash.sol"
_PARTICIPANTS = "governance/Participants.sol"
_ORDERS = "governance/Orders.sol"
_RULEBOOK = "governance/Rulebook.sol"
_BILL_BOOK = "assets/bills/BillBook.sol"
_BILL_ROOMS = "assets/bills/BillRooms.sol"
_BILLS = "assets/Bills.sol"
_ENDORSEMENTS = "assets/Endorsements.sol"
_ACCEPTANCES = "assets/Acceptances.sol"
# Whose bugs the campaign of the bills has to catch.
BILL_CONTRACTS = ("Bills", "Endorsements", "Acceptances")
_SHARED = ("base/", "libraries/")
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
        ("principalsFen[i], lateDays,", "principalsFen[i], lateDays + 1,"),
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
        ("require(usedBy == 0, DiscountingReceiptUsed(registryReceipt, usedBy));", ""),
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
        _DISCOUNTING,
        ("cash.move(q.funder, q.seller, netFen);", ""),
    ),
    _bug(
        "debtor bears more than it undertook",
        "Settlement",
        _DISCOUNTING,
        ("share.leftFen -= uint64(partFen);", ""),
    ),
    _bug(
        "advance without a filing",
        "Loans",
        _LOANS,
        ("settlement.file(t.registryReceipt, termsHash); settlement.pay", "settlement.pay"),
    ),
    _bug(
        "interest forgotten when a part is repaid",
        "Loans",
        _LOANS,
        (
            "uint64 accruedFen = SafeCastLib.toUint64(owed.interestFen - paid.interestFen);",
            "uint64 accruedFen = 0;",
        ),
    ),
    _bug(
        "surplus of a pledge kept by the lender",
        "Loans",
        _LOANS,
        (
            "emit PledgeCollected(loanId,",
            "lenderFen = proceedsFen; emit PledgeCollected(loanId,",
        ),
    ),
    _bug(
        "surplus of a pledge sold kept by the lender",
        "Loans",
        _LOANS,
        (
            "uint256 surplusFen = s.priceFen - lenderFen; _credit(e, loanId, owed, lenderFen);",
            "_credit(e, loanId, owed, lenderFen); lenderFen = s.priceFen; uint256 surplusFen = 0;",
        ),
    ),
    _bug(
        "repaid without money", "Loans", _LOANS, ("settlement.pay(borrower, lender, paidFen);", "")
    ),
    _bug(
        "late rate from the first day",
        "Loans",
        "libraries/LoanBook.sol",
        (
            "e.repayDay < e.sinceDay ? e.sinceDay : e.repayDay > today ? today : e.repayDay",
            "e.sinceDay",
        ),
    ),
    _bug(
        "enforced before default",
        "Loans",
        _LOANS,
        (
            "require(e.state == LoanState.Defaulted, LoansState(loanId, e.state,",
            "require(e.state != LoanState.None, LoansState(loanId, e.state,",
        ),
    ),
    _bug(
        "one fen pledged twice",
        "Pledges",
        "claims/Pledges.sol",
        ("receivables.lock(certificateId, pledgor, pledgee, amountFen);", ""),
    ),
    _bug(
        "pledge stays after it was freed",
        "Pledges",
        "claims/Pledges.sol",
        ("if (amountFen < pledged) list[index] -= amountFen; else _remove(list, index);", ""),
    ),
    _bug(
        "bought back twice",
        "FactoringClaims",
        _CLAIMS,
        ("dealStateOf[d.id] = DealState.BoughtBack;", ""),
    ),
    _bug(
        "undertaking answers without end",
        "FactoringClaims",
        _CLAIMS,
        ("(spent.amountFen + unitsFen, spent.paidFen + payFen)", "(0, 0)"),
    ),
    _bug(
        "cap of a limited recourse forgotten",
        "FactoringClaims",
        _CLAIMS,
        ("if (u.kind == IReceivables.Recourse.Limited) {", "if (false) {"),
    ),
    _bug(
        "early offer used twice",
        "EarlyPayments",
        "financing/EarlyPayments.sol",
        ("isOfferUsed[offerId] = true;", ""),
    ),
    _bug(
        "early payment without the discount",
        "EarlyPayments",
        "financing/EarlyPayments.sol",
        ("paidFen = o.amountFen - discountFen;", "paidFen = o.amountFen;"),
    ),
    _bug(
        "units given back without money",
        "Settlement",
        _SETTLEMENT,
        ("cash.move(payer, holder, paidFen);", ""),
    ),
    _bug(
        "two banks for the same units of a bill",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        ("require(w.acts() == q.acts, IBills.BillsActs(q.tokenId, w.acts(), q.acts));", ""),
    ),
    _bug(
        "bill discounted unread",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        ("if (snapshotHash == 0 || !current) {", "if (snapshotHash == 0 && current) {"),
    ),
    _bug(
        "bill discounted undisclosed",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        ("disclosures.requireFinanceable(billNo, true);", ""),
    ),
    _bug(
        "fee of a bill forgotten",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        (
            "uint256 costFen = interestFen + q.feeFen; netFen = amountFen",
            "uint256 costFen = interestFen; netFen = amountFen",
        ),
    ),
    _bug(
        "redeemed outside the window",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        (
            "bool isOpen = today >= r.redeemFrom && today <= r.redeemUntil;",
            "bool isOpen = today >= r.day;",
        ),
    ),
    _bug(
        "redeemed without interest",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        (
            "Interest.accrue(r.priceFen, _today() - r.day, r.redeemRatePpm, DAY_BASIS)",
            "0",
        ),
    ),
    _bug(
        "outright while it can be redeemed",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        (
            "require(today > r.redeemUntil, BillDiscountingDay(",
            "require(today >= r.redeemFrom, BillDiscountingDay(",
        ),
    ),
    _bug(
        "terms of a pledge serve any state",
        "BillLoans",
        _BILL_LOANS,
        ("require(w.acts() == p.acts, IBills.BillsActs(p.tokenId, w.acts(), p.acts));", ""),
    ),
    _bug(
        "bill pledged undisclosed",
        "BillLoans",
        _BILL_LOANS,
        ("disclosures.requireFinanceable(BillIds.billNo(p.tokenId), true);", ""),
    ),
    _bug(
        "anybody releases a pledged bill",
        "BillLoans",
        _BILL_LOANS,
        ("require(party == l.lender, BillLoansParty(loanId, party, l.lender)); } to =", "} to ="),
    ),
    _bug(
        "a bill is pledged for nothing",
        "BillLoans",
        _BILL_LOANS,
        ("pledgeAt[billNo][record] = p.loanId;", ""),
    ),
    _bug(
        "a released bill stays with the lender", "BillLoans", _BILL_LOANS, ("to = l.borrower;", "")
    ),
    _bug(
        "a freed bill secures again",
        "BillLoans",
        _BILL_LOANS,
        ("if (isLive && w.flagAtRest() != IBills.Flag.Pledged) return 0;", ""),
    ),
    _bug(
        "anybody collects on a pledged bill",
        "BillLoans",
        _BILL_LOANS,
        ("_requireCaller(address(settlement)); (pledgor,", "(pledgor,"),
    ),
    _bug(
        "surplus of a pledged bill kept by the lender",
        "Settlement",
        _BILL_PAYMENTS,
        ("if (loanId == 0) return paidFen;", "if (loanId == 0 || paidFen > 0) return paidFen;"),
    ),
    _bug(
        "a pledged bill collected online beside its loan",
        "Settlement",
        _BILL_PAYMENTS,
        (
            "if (loanId != 0) (pledgor, holderFen) = billLoans.collect(loanId, tokenId, paidFen);",
            "",
        ),
    ),
    _bug(
        "a pledged bill can be passed on",
        "BillLoans",
        _BILL_LOANS,
        (
            "IBills.RecordKind.Pledge, IBills.Flag.Pledged",
            "IBills.RecordKind.Pledge, IBills.Flag.Transferable",
        ),
    ),
    _bug(
        "a bill without its money",
        "Settlement",
        _SETTLEMENT,
        ("if (paidFen > 0) cash.move(to, from, paidFen);", ""),
    ),
    _bug(
        "a bill redeemed for nothing",
        "Settlement",
        _SETTLEMENT,
        ("if (paidFen > 0) cash.move(to, holder, paidFen);", ""),
    ),
    _bug(
        "what a pledged bill brings in is not booked",
        "Loans",
        _LOANS,
        (
            "min(owed.total(), proceedsFen); _credit(e, loanId, owed, lenderFen);",
            "min(owed.total(), proceedsFen);",
        ),
    ),
    _bug(
        "a pledged bill is paid like a free one",
        "Presentations",
        "assets/Presentations.sol",
        ("pledged = flag == IBills.Flag.Pledged;", "pledged = false;"),
    ),
    _bug(
        "debited beyond what was allowed",
        "Cash",
        _CASH,
        (
            "_requireCaller(settlement); _spendAllowance(from, spender, amountFen);",
            "_requireCaller(settlement);",
        ),
    ),
    _bug(
        "quotes of an epoch that ended",
        "Participants",
        _PARTICIPANTS,
        ("require(epoch == current, ParticipantsEpochEnded(id, epoch, current));", ""),
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
        (
            "_spendAllowance(from, spender, amountFen); // Solady's own is silent here",
            "// Solady's own is silent here",
        ),
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
    _bug(
        "a part overlaps the rest",
        "Bills",
        _BILL_BOOK,
        (
            "return BillIds.tokenId(billNo, last + 1, end_);",
            "return BillIds.tokenId(billNo, last, end_);",
        ),
    ),
    _bug(
        "a part from the middle",
        "Bills",
        _BILL_BOOK,
        (
            "require(last == end_ && first > start && first <= last",
            "require(first > start && first <= last",
        ),
    ),
    _bug(
        "a piece goes back although the rest moved on",
        "Bills",
        _BILL_BOOK,
        (
            "if (_ownerOf(restId) != holder || !rest.isLike(restored) || _isRestrained(rest))",
            "if (_ownerOf(restId) != holder || _isRestrained(rest))",
        ),
    ),
    _bug(
        "what is restored stays locked",
        "Bills",
        _BILL_BOOK,
        (
            "RangeWord restored = _withoutLock(w, w.previousFlag());",
            "RangeWord restored = _withoutLock(w, w.flag());",
        ),
    ),
    _bug(
        "a freeze that does not block",
        "Bills",
        _BILL_BOOK,
        (
            "return w.frozen() && _restraints[tokenId].frozenUntil >= _today();",
            "return w.stopped();",
        ),
    ),
    _bug(
        "a title with better rights",
        "Bills",
        _BILL_BOOK,
        ("return earliest == 0 ? w.head() :", "return earliest != 0 ? w.head() :"),
    ),
    _bug(
        "the endorser is left out of the chain",
        "Bills",
        _BILL_BOOK,
        (
            "return w.withHead(index, uint8(depth));",
            "return index == 0 ? w.withHead(index, 0) : w;",
        ),
    ),
    _bug(
        "anybody endorses",
        "Endorsements",
        _ENDORSEMENTS,
        ("require(e.from == holder, IBills.BillsParty(e.tokenId, e.from, holder));", ""),
    ),
    _bug(
        "endorsement on the maturity day",
        "Endorsements",
        _ENDORSEMENTS,
        ("latest = t.endorseUntil();", "latest = t.endorseUntil() + 1;"),
        ("today < t.maturity(),", "today <= t.maturity(),"),
    ),
    _bug(
        "an answer after a change of title",
        "Endorsements",
        _ENDORSEMENTS,
        ("require(holder == e.from, IBills.BillsParty(partId, e.from, holder));", ""),
    ),
    _bug(
        "a mark is not written",
        "Endorsements",
        _ENDORSEMENTS,
        ("e.marked, _flagAfter(e.marked)", "false, _flagAfter(e.marked)"),
    ),
    _bug(
        "acceptance uses nothing",
        "Acceptances",
        _ACCEPTANCES,
        (
            "invoices.useFor(tradeKey, r.parties.payeeTag(), r.drawer, faceFen);",
            "invoices.useFor(tradeKey, r.parties.payeeTag(), r.drawer, 1);",
        ),
    ),
    _bug(
        "a cancelled bill gives nothing back",
        "Acceptances",
        _ACCEPTANCES,
        ("if (tradeKey != 0) invoices.release(tradeKey, r.drawer, faceFen);", ""),
    ),
    _bug(
        "delivery after maturity",
        "Acceptances",
        _ACCEPTANCES,
        (
            "_requireUnmatured(r); bills.deliver(r.tokenId, payee);",
            "bills.deliver(r.tokenId, payee);",
        ),
    ),
)
