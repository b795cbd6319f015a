"""
Commercial bills (商业汇票, 供应链票据) from drawing to payment: the face of contract `Bills`, and
through its bases of `Acceptances`, `Endorsements` and `Presentations`. Amounts in fen.

    drawn = ledger.bills.draw(Drawing(…))
    ledger.bills.endorse(ledger.bills.endorsement(drawn.range, to=…, amount=30_00, …), …)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scf.chain.chain import Read
from scf.contracts import bill_checks, checks, signing
from scf.contracts.bill_bulk import BulkBills
from scf.contracts.bill_checks import AnyBill, AnyRange
from scf.contracts.disclosures import disclosure_from
from scf.contracts.face import Prepared, write
from scf.contracts.guarantees import guarantees_from
from scf.contracts.presentations import dishonour_from
from scf.contracts.recourse import pursuit_from
from scf.contracts.signing import Approver
from scf.errors import ContractRefusal
from scf.model.bill_enums import (
    AcceptorKind,
    BillFlag,
    BillStatus,
    CorrectionKind,
    PendingOp,
    RecordKind,
)
from scf.model.bill_numbers import BillRange, parse_bill_number
from scf.model.bill_records import Bill, BillPart, BillTree, ChainLink, Claim, PartTree
from scf.model.records import NOBODY
from scf.model.results import TxRef
from scf.units import from_civil_day


class Bills(BulkBills):
    """Bills and their sub-ranges: what is written of them, and every act until they end."""

    contract = "Bills"

    # Reading

    def bill(self, bill_no: AnyBill) -> Bill:
        """A bill; ContractRefusal `BillsUnknown` if the ledger has none of that number."""
        number = bill_checks.number(bill_no)
        return bill_from(number, self._read("bill", number))

    def part(self, range_: AnyRange) -> BillPart:
        """A sub-range as it stands; of status NONE if there is none."""
        own = bill_checks.range_(range_)
        (found,) = self.parts_of([own])
        return found

    def parts_of(self, ranges: Sequence[AnyRange]) -> list[BillPart]:
        """Many sub-ranges as they stand, in few requests."""
        owns = [bill_checks.range_(item, "ranges") for item in ranges]
        own, reads = self._own(), []
        for item in owns:
            reads.append(Read(contract=own, function="range", args=(item.token_id,)))
            reads.append(Read(contract=own, function="amountOf", args=(item.token_id,)))
        answers = self._asked_many(reads)
        pairs = zip(answers[::2], answers[1::2], strict=True)
        return [
            part_from(item, found, amount)
            for item, (found, amount) in zip(owns, pairs, strict=True)
        ]

    def parts(self, bill_no: AnyBill) -> list[BillPart]:
        """
        The sub-ranges a bill consists of now, ended ones included, in order of their units.

        What was divided is followed through the events that say so; whether it still is, the
        contract says.
        """
        bill = self.bill(bill_no)
        found: list[BillPart] = []
        level = [bill.whole]
        while level:
            asked = self.parts_of(level)
            divided = [part.range for part in asked if part.status is BillStatus.SPLIT]
            found += [part for part in asked if not _is_gone(part)]
            level = self._pieces_of(divided)
        return sorted(found, key=lambda part: part.range)

    def chain(self, range_: AnyRange) -> list[ChainLink]:
        """The endorsers of a range, from its holder back to the payee."""
        token = bill_checks.range_(range_).token_id
        return chain_from(*self._read("recordsOf", token))

    def tree(self, bill_no: AnyBill) -> BillTree:
        """A bill with its sub-ranges, and on each its chain, guarantees, dishonour and claim."""
        bill = self.bill(bill_no)
        parts = self.parts(bill.bill_no)
        today = checks.day(self._context.chain.today())
        contracts = self._context.contracts
        reads = []
        for part in parts:
            token = part.range.token_id
            for contract, function, *more in _HANGS_ON:
                args = (token, today) if "day" in more else (token,)
                reads.append(Read(contract=contracts[contract], function=function, args=args))
        number = bill.bill_no
        reads.append(
            Read(contract=contracts["Disclosures"], function="disclosureOf", args=(number,))
        )
        answers = self._asked_many(reads)
        width = len(_HANGS_ON)
        rows = [answers[place : place + width] for place in range(0, len(parts) * width, width)]
        needs = bill.acceptance_day is not None and bill.kind is not AcceptorKind.BANK
        return BillTree(
            bill=bill,
            parts=tuple(_part_tree(part, *row) for part, row in zip(parts, rows, strict=True)),
            disclosure=disclosure_from(number, answers[-1]) if needs else None,
        )

    def held_by(self, party: str) -> list[BillPart]:
        """The sub-ranges a party holds now and that have not ended, in order."""
        holder, own, chain = checks.party(party), self._own(), self._context.chain
        topics = [[own.abi.event("Transfer").topic], None, f"0x{int(holder, 16):064x}"]
        first, head = self._context.manifest.first_block, chain.head()
        tokens = set()
        for raw in chain.logs(first, head, [own.address], topics=topics):
            log = own.decode_log(raw)
            if log is not None:
                tokens.add(log.args["id"])
        found = self.parts_of(sorted(tokens))
        return [part for part in found if part.holder == holder and not part.status.is_over]

    # Corrections: B42

    @write
    def correct(
        self,
        part: BillPart,
        *,
        evidence_hash: bytes,
        approver: Approver,
        to: str | None = None,
        deadline: int | None = None,
    ) -> Prepared[TxRef]:
        """
        Two officers of the register's operator revoke a pending acceptance or delivery, or with
        `to` name another holder; logged, nothing is erased.
        """
        kind = CorrectionKind.PENDING_REVOKED if to is None else CorrectionKind.HOLDER_CHANGED
        message = {
            "kind": int(kind),
            "tokenId": bill_checks.part(part).range.token_id,
            "acts": part.acts,
            "to": NOBODY if to is None else checks.party(to, "to"),
            "evidenceHash": checks.hash32(evidence_hash, "evidence_hash"),
            "deadline": checks.seconds(self._context.deadline(deadline)),
        }
        approval = signing.approval_by(approver, self._digest("Correction", message))
        return self._act("correct", (message, approval), self._tx)

    @write
    def revoke_pending(
        self,
        pending_id: bytes,
        *,
        evidence_hash: bytes,
        approver: Approver,
        deadline: int | None = None,
    ) -> Prepared[TxRef]:
        """Two officers of the register's operator take a pending endorsement back (B42)."""
        message = {
            "pendingId": checks.hash32(pending_id, "pending_id"),
            "evidenceHash": checks.hash32(evidence_hash, "evidence_hash"),
            "deadline": checks.seconds(self._context.deadline(deadline)),
        }
        digest = self._digest("PendingRevocation", message, "Endorsements")
        args = (*message.values(), signing.approval_by(approver, digest))
        return self._act("revokePending", args, self._tx, contract="Endorsements")

    # Internals

    def _asked_many(self, reads: Sequence[Read]) -> list[Any]:
        answers = self._context.chain.call_many(reads, errors=self._context.errors)
        for answer in answers:
            if isinstance(answer, ContractRefusal):
                raise answer
        return answers

    def _pieces_of(self, divided: Sequence[BillRange]) -> list[BillRange]:
        """Both pieces of each divided range, as its latest division made them."""
        if not divided:
            return []
        own, chain = self._own(), self._context.chain
        topics = [
            [own.abi.event("RangeDivided").topic],
            [f"0x{item.token_id:064x}" for item in divided],
        ]
        first, head = self._context.manifest.first_block, chain.head()
        latest: dict[int, tuple[int, int]] = {}
        for raw in chain.logs(first, head, [own.address], topics=topics):
            log = own.decode_log(raw)
            if log is not None:
                latest[log.args["parentId"]] = log.args["partId"], log.args["restId"]
        return [bill_checks.range_(token) for pair in latest.values() for token in pair]


# What hangs on a range: contract, view, and whether it asks for a day.
_HANGS_ON = (
    ("Bills", "recordsOf"),
    ("Guarantees", "covering"),
    ("Presentations", "dishonourOf"),
    ("Recourse", "pursuitOf"),
    ("Recourse", "claimOf", "day"),
)


def _part_tree(
    part: BillPart, records: Any, guarantees: Any, dishonour: Any, pursuit: Any, claim: int
) -> PartTree:
    return PartTree(
        part=part,
        chain=tuple(chain_from(*records)),
        guarantees=tuple(guarantees_from(part.range.bill_no, guarantees)),
        dishonour=dishonour_from(dishonour),
        pursuit=pursuit_from(pursuit),
        claim=Claim(amount=claim, against=()) if claim and not part.status.is_over else None,
    )


def _is_gone(part: BillPart) -> bool:
    return part.status in (BillStatus.NONE, BillStatus.SPLIT)


def bill_from(number: int, found: Any) -> Bill:
    """A bill as the contract answers it."""
    return Bill(
        number=parse_bill_number(number),
        drawer=found["drawer"],
        acceptor=found["acceptor"],
        payee=found["payee"],
        kind=AcceptorKind(found["acceptorKind"]),
        face=found["faceFen"],
        ended=found["endedFen"],
        issue_day=from_civil_day(found["issueDay"]),
        maturity=from_civil_day(found["maturity"]),
        acceptance_day=checks.day_or_none(found["acceptanceDay"]),
        drawers_mark=found["drawersMark"],
        divisible=found["divisible"],
        splits=found["splitCount"],
        trade_key=found["tradeKey"],
    )


def part_from(range_: BillRange, found: Any, amount: int) -> BillPart:
    """A sub-range as the contract answers it."""
    return BillPart(
        range=range_,
        holder=found["holder"],
        amount=amount,
        status=BillStatus(found["status"]),
        flag=BillFlag(found["flag"]),
        pending_op=PendingOp(found["pendingOp"]),
        presented_day=checks.day_or_none(found["presentedDay"]),
        acts=found["acts"],
        head=found["head"],
        dishonour=found["dishonour"],
        frozen=found["frozen"],
        payment_stopped=found["paymentStopped"],
        drawers_rights=found["drawersRights"],
    )


def chain_from(records: Any, indices: Any) -> list[ChainLink]:
    """A chain as the contract answers it: records and their indices."""
    return [
        ChainLink(
            party=record["party"],
            day=from_civil_day(record["day"]),
            kind=RecordKind(record["kind"]),
            marked=record["marked"],
            index=index,
        )
        for record, index in zip(records, indices, strict=True)
    ]
