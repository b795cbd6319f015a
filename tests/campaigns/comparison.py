"""
The contracts against the books: for each subject the calls to make and the bytes they must return.

A subject is a tuple: what it is, then its key. Comparing bytes needs no decoding, so that some
twenty thousand answers a second can be compared; only a difference is decoded, to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scf.chain.transactions import keccak
from scf.model.books import DebtorAccount, PendingTransfer
from scf.model.financing_books import Collected, Spent
from scf.model.financing_enums import DealState
from scf.model.folding.state import State
from scf.model.records import PendingState
from tests.engines import Reverted
from tests.world import World, hashed

SLOTS_MAX = 64
Subject = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """One call and what must come back."""

    contract: str
    function: str
    arguments: bytes
    answer: bytes


def words(*values: Any) -> bytes:
    """Values in 32-byte words: numbers and addresses at the right, bytes at the left."""
    parts = []
    for value in values:
        if isinstance(value, bytes):
            parts.append(value.ljust(32, b"\0"))
        elif isinstance(value, str):
            parts.append(bytes.fromhex(value[2:]).rjust(32, b"\0"))
        else:
            parts.append(int(value).to_bytes(32, "big"))
    return b"".join(parts)


class Comparison:
    """Holds one world against the state of one fold."""

    def __init__(self, world: World, state: State) -> None:
        self.world = world
        self.state = state
        self.parties = tuple(actor.id for actor in world.actors.values())
        self.answers = 0
        self._selectors: dict[tuple[str, str], tuple[str, bytes]] = {}
        self._approval_slots: dict[str, int] = {}

    def check(self, subjects: Iterable[Subject]) -> None:
        """Every answer about these subjects is what the books say; AssertionError otherwise."""
        for subject in subjects:
            for expected in EXPECTATIONS[subject[0]](self, *subject[1:]):
                self._check(subject, expected)

    def check_all(self) -> None:
        """Everything the books know, and what every party and contract has of it."""
        self.check(self.all_subjects())

    def all_subjects(self) -> Iterator[Subject]:
        state = self.state
        yield ("cash",)
        yield from (("party", party) for party in state.parties)
        yield from (("debtor", party) for party in self.parties)
        yield from (("contract", item.address) for item in self.world.contracts.values())
        yield from (("officer", key) for key in state.officers)
        yield from (("rule", key) for key in state.rules)
        yield from (("calendar", key) for key in state.calendars)
        yield from (("order", key) for key in state.orders)
        yield from (("payment", key) for key in state.payment_ids)
        yield from (("allowance", *key) for key in state.allowances)
        yield from (("invoice", *key) for key in state.invoices)
        yield from (("certificate", key) for key in state.certificates)
        financing = state.financing
        yield from (("epoch", key) for key in financing.epochs)
        yield from (("share", key) for key in financing.shares)
        yield from (("deal", key) for key in financing.deals)
        yield from (("costs", *key) for key in financing.costs)
        yield from (("spent", *key) for key in financing.spent)
        yield from (("claim", key) for key in financing.claims)
        yield from (("offer", key) for key in financing.offers)
        yield from (("loan", key) for key in financing.loans)
        yield from (("pledges", *key) for key in financing.pledges)
        yield from (("contracts", key) for key in state.certificates)
        yield from (("undertakings", *key) for key in state.undertakings)
        yield from (("pending", key) for key in state.pending)
        yield from (("consent", *key) for key in state.consents)
        yield from (("receipt", key) for key in state.receipts)
        yield from (("approval", *key) for key in state.approvals)
        yield from (("revoked", *key) for key in state.revoked)

    def approval_in_storage(self, contract: str, digest: bytes, officer: str) -> int:
        """What a contract's storage says of an approval given on chain: no view tells it."""
        slot = self._approval_slots.get(contract)
        if slot is None:
            slot = self._approval_slots[contract] = self._approval_slot(contract)
        target = self.world.contracts[contract.lower()].address
        self.answers += 1
        return self.world.engine.storage(target, _place(slot, digest, officer))

    def _approval_slot(self, contract: str) -> int:
        """Where the mapping of approvals lies, told by an approval that is put back afterwards."""
        world, digest, officer = self.world, hashed("where is it"), self.parties[0]
        target = world.contracts[contract.lower()].address
        with world.anchor():
            world.send(officer, contract.lower(), "approve(bytes32)", digest)
            return next(
                slot
                for slot in range(SLOTS_MAX)
                if world.engine.storage(target, _place(slot, digest, officer))
            )

    def _check(self, subject: Subject, expected: Expected) -> None:
        place = expected.contract, expected.function
        found = self._selectors.get(place)
        if found is None:
            target = self.world.contracts[expected.contract]
            found = target.address, target.abi.function(expected.function).selector
            self._selectors[place] = found
        try:
            answer = self.world.engine.read(found[0], found[1] + expected.arguments)
        except Reverted as exc:
            raise AssertionError(f"{subject}: {place} was refused: {exc}") from exc
        self.answers += 1
        if answer != expected.answer:
            target = self.world.contracts[expected.contract]
            shown = target.decode_output(expected.function, answer)
            wanted = target.decode_output(expected.function, expected.answer)
            called = f"{expected.contract}.{expected.function}"
            raise AssertionError(f"{subject}: {called} says {shown}, the books {wanted}")


def _cash(self: Comparison) -> Iterator[Expected]:
    state = self.state
    yield Expected("cash", "totalSupply", b"", words(state.cash_supply))
    for party in self.parties:
        yield Expected("cash", "balanceOf", words(party), words(state.cash.get(party, 0)))


def _contract(self: Comparison, address: str) -> Iterator[Expected]:
    """No contract of the ledger holds money (R77-4)."""
    assert address not in self.state.cash
    yield Expected("cash", "balanceOf", words(address), words(0))


def _allowance(self: Comparison, owner: str, spender: str) -> Iterator[Expected]:
    left = self.state.allowances.get((owner, spender), 0)
    yield Expected("cash", "allowance", words(owner, spender), words(left))


def _payment(self: Comparison, payment: bytes) -> Iterator[Expected]:
    is_used = payment in self.state.payment_ids
    yield Expected("cash", "isPaymentUsed", words(payment), words(is_used))


def _party(self: Comparison, id_: str) -> Iterator[Expected]:
    party = self.state.parties.get(id_)
    if party is None:
        assert self.world.read("participants", "party", id_)["status"] == 0
        return
    officers = [item for item in self.state.officers.values() if item.party == id_ and item.powers]
    assert self.world.read("participants", "party", id_) == {
        "roles": party.roles,
        "status": party.status,
        "sizeClass": party.size,
        "frozenUntil": party.frozen_until,
        "enrolledDay": party.enrolled_day,
        "adminCount": sum(1 for item in officers if item.powers & 8),
        "officerCount": len(officers),
        "changes": party.changes,
        "epoch": self.state.financing.epochs.get(id_, 0),
        "uscc": party.uscc,
        "nameHash": party.name_hash,
    }, id_
    recovery = self.state.recoveries.get(id_)
    waiting = (recovery.change_hash, recovery.earliest_day) if recovery else (0, 0)
    yield Expected("participants", "recovery", words(id_), words(*waiting))
    tag = bytes.fromhex(id_[2:22])
    yield Expected("participants", "partyOfTag", words(tag), words(id_))


def _officer(self: Comparison, key: str) -> Iterator[Expected]:
    officer = self.state.officers.get(key)
    shown = (officer.party, officer.powers, officer.limit_fen) if officer else (0, 0, 0)
    yield Expected("participants", "officer", words(key), words(*shown))


def _rule(self: Comparison, rule: bytes) -> Iterator[Expected]:
    versions = self.state.rules.get(rule, ())
    yield Expected("rulebook", "versionCount", words(rule), words(len(versions)))
    for number, version in enumerate(versions, 1):
        shown = words(version.value, version.effective_from)
        yield Expected("rulebook", "versionAt", words(rule, number), shown)
    today = self.world.today
    days = {today, today + 40, *(version.effective_from - 1 for version in versions[-3:])}
    for day in days:
        answer = words(0, 0)
        for number, version in enumerate(versions, 1):
            if version.effective_from <= day:
                answer = words(version.value, number)
        yield Expected("rulebook", "valueOrZero", words(rule, day), answer)


def _calendar(self: Comparison, year: int) -> Iterator[Expected]:
    found = self.state.calendars.get(year)
    answer = words(1, *found) if found else words(0, 0, 0)
    yield Expected("rulebook", "calendar", words(year), answer)


def _order(self: Comparison, id_: bytes) -> Iterator[Expected]:
    order = self.state.orders.get(id_)
    answer = words(order.state, order.party, order.officer) if order else words(0, 0, 0)
    yield Expected("orders", "stateOf", words(id_), answer)


def _invoice(self: Comparison, key: bytes, debtor: str) -> Iterator[Expected]:
    invoice = self.state.invoices.get((key, debtor))
    if invoice is None:
        yield Expected("invoices", "invoice", words(key, debtor), bytes(192))
        return
    answer = words(
        invoice.amount_fen,
        invoice.used_fen,
        invoice.status,
        invoice.is_conflicted,
        bytes.fromhex(invoice.supplier[2:16]),
        invoice.document_hash[:7],
    )
    assert invoice.used_fen <= invoice.amount_fen
    yield Expected("invoices", "invoice", words(key, debtor), answer)


def _debtor(self: Comparison, party: str) -> Iterator[Expected]:
    account = self.state.debtors.get(party) or DebtorAccount()
    answer = words(
        account.outstanding_fen, account.limit_fen, account.overdue_count, account.bar_reasons
    )
    yield Expected("invoices", "debtorAccount", words(party), answer)


def _certificate(self: Comparison, id_: int) -> Iterator[Expected]:
    state, certificate = self.state, self.state.certificates.get(id_)
    if certificate is None:
        yield Expected("receivables", "certificate", words(id_), bytes(352))
        return
    answer = words(
        bytes.fromhex(certificate.debtor[2:22]),
        certificate.due_day,
        certificate.frozen_until,
        certificate.due_day - certificate.opened_day,
        certificate.status,
        certificate.layers_max,
        certificate.splits_left,
        certificate.split_min_thousands,
        certificate.has_locks,
        certificate.has_pledges,
        state.outstanding[id_],
    )
    yield Expected("receivables", "certificate", words(id_), answer)
    yield Expected("receivables", "lateRateOf", words(id_), words(certificate.late_rate_ppm))
    paid = state.financing.collections.get(id_, Collected())
    figures = words(paid.principal_fen, paid.interest_fen, paid.fen_days)
    yield Expected("receivables", "collections", words(id_), figures)
    held = state.holdings[id_]
    for party in self.parties:
        balance = words(held.get(party, 0))
        yield Expected("receivables", "balanceOf", words(party, id_), balance)
        layer = state.layers.get((id_, party), 0) if certificate.layers_max else 0
        position = words(state.locks.get((id_, party), 0), layer)
        yield Expected("receivables", "position", words(id_, party), position)


def _contracts(self: Comparison, id_: int) -> Iterator[Expected]:
    for contract in self.world.contracts.values():
        assert contract.address not in self.state.holdings[id_]
        yield Expected("receivables", "balanceOf", words(contract.address, id_), words(0))


def _undertakings(self: Comparison, id_: int, to: str) -> Iterator[Expected]:
    found = self.state.undertakings.get((id_, to), ())
    parts = [words(u.from_party, u.amount_fen, u.recourse, u.cap_fen) for u in found]
    answer = words(32, len(found)) + b"".join(parts)
    yield Expected("receivables", "undertakings", words(id_, to), answer)


def _pending(self: Comparison, id_: bytes) -> Iterator[Expected]:
    found = self.state.pending.get(id_) or PendingTransfer(state=PendingState.NONE)
    answer = words(
        found.requester or 0,
        found.deadline_day,
        found.state,
        found.counterparty or 0,
        found.amount_fen,
        found.certificate_id,
    )
    yield Expected("receivables", "pending", words(id_), answer)


def _consent(self: Comparison, to: str, from_: str) -> Iterator[Expected]:
    until = self.state.consents.get((to, from_), 0)
    yield Expected("receivables", "standingConsent", words(to, from_), words(until))


def _receipt(self: Comparison, receipt: bytes) -> Iterator[Expected]:
    quote = self.state.receipts.get(receipt, b"")
    yield Expected("settlement", "receiptUsedBy", words(receipt), words(quote))


def _epoch(self: Comparison, party: str) -> Iterator[Expected]:
    assert self.world.read("participants", "party", party)["epoch"] == (
        self.state.financing.epochs.get(party, 0)
    )
    yield from ()


def _share(self: Comparison, id_: int) -> Iterator[Expected]:
    share = self.state.financing.shares.get(id_)
    shown = (share.payer, share.share_ppm, share.until_day, share.left_fen) if share else (0,) * 4
    yield Expected("settlement", "interestShareOf", words(id_), words(*shown))


def _deal(self: Comparison, id_: bytes) -> Iterator[Expected]:
    deal = self.state.financing.deals.get(id_)
    state = deal.state if deal else DealState.OPEN
    yield Expected("factoringclaims", "dealStateOf", words(id_), words(state))


def _costs(self: Comparison, id_: bytes, factor: str) -> Iterator[Expected]:
    costs = self.state.financing.costs.get((id_, factor), 0)
    yield Expected("factoringclaims", "costsOf", words(id_, factor), words(costs))


def _spent(self: Comparison, id_: int, to: str, index: int) -> Iterator[Expected]:
    spent = self.state.financing.spent.get((id_, to, index), Spent())
    shown = words(spent.amount_fen, spent.paid_fen)
    yield Expected("factoringclaims", "spentOf", words(id_, to, index), shown)


def _claim(self: Comparison, id_: bytes) -> Iterator[Expected]:
    claim = self.state.financing.claims.get(id_)
    shown = (claim.claimant, claim.state) if claim else (0, 0)
    yield Expected("factoringclaims", "claimOf", words(id_), words(*shown))


def _offer(self: Comparison, id_: bytes) -> Iterator[Expected]:
    is_used = id_ in self.state.financing.offers
    yield Expected("earlypayments", "isOfferUsed", words(id_), words(is_used))


def _loan(self: Comparison, id_: bytes) -> Iterator[Expected]:
    loan = self.state.financing.loans.get(id_)
    if loan is None:
        yield Expected("loans", "loan", words(id_), bytes(352))
        return
    shown = words(
        loan.lender,
        loan.borrower,
        loan.principal_fen,
        loan.interest_fen,
        loan.costs_fen,
        loan.since_day,
        loan.rate_ppm,
        loan.late_rate_ppm,
        loan.repay_day,
        loan.state,
        loan.has_costs,
    )
    yield Expected("loans", "loan", words(id_), shown)


def _pledges(self: Comparison, id_: int, pledgor: str) -> Iterator[Expected]:
    found = self.state.financing.pledges.get((id_, pledgor), ())
    parts = [words(debt, amount) for debt, amount in found]
    answer = words(32, len(found)) + b"".join(parts)
    yield Expected("pledges", "pledgesOf", words(id_, pledgor), answer)


def _approval(self: Comparison, contract: str, digest: bytes, officer: str) -> Iterator[Expected]:
    stands = (contract, digest, officer) in self.state.approvals
    found = self.approval_in_storage(contract, digest, officer)
    assert found == stands, f"{contract} holds {found} for {officer}'s approval, books {stands}"
    yield from ()


def _place(slot: int, digest: bytes, officer: str) -> int:
    """The storage place of `mapping(bytes32 => mapping(address => bool))` at `slot`."""
    return int.from_bytes(keccak(words(officer) + keccak(words(digest, slot))))


def _revoked(self: Comparison, contract: str, party: str, digest: bytes) -> Iterator[Expected]:
    is_revoked = (contract, party, digest) in self.state.revoked
    yield Expected(contract.lower(), "isRevoked", words(party, digest), words(is_revoked))


EXPECTATIONS: dict[str, Callable[..., Iterator[Expected]]] = {
    "cash": _cash,
    "contract": _contract,
    "allowance": _allowance,
    "payment": _payment,
    "party": _party,
    "officer": _officer,
    "rule": _rule,
    "calendar": _calendar,
    "order": _order,
    "invoice": _invoice,
    "debtor": _debtor,
    "certificate": _certificate,
    "contracts": _contracts,
    "undertakings": _undertakings,
    "pending": _pending,
    "consent": _consent,
    "receipt": _receipt,
    "epoch": _epoch,
    "share": _share,
    "deal": _deal,
    "costs": _costs,
    "spent": _spent,
    "claim": _claim,
    "offer": _offer,
    "loan": _loan,
    "pledges": _pledges,
    "approval": _approval,
    "revoked": _revoked,
}
