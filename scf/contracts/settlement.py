"""Payment on the due day (到期兑付): the face of contract `Settlement`. Amounts in fen."""

from __future__ import annotations

from collections.abc import Sequence

from scf.chain.acts import Outcome
from scf.contracts import checks
from scf.contracts.face import Face, Prepared, Several, fresh_key, tx_of, write
from scf.contracts.holders import holders_of
from scf.errors import UsageError
from scf.model.records import NOBODY, CertificateStatus
from scf.model.results import HolderPaid, Paid

HOLDERS_MAX = 200


class Settlement(Face):
    """The debtor pays the holders of the moment, late interest included."""

    contract = "Settlement"

    @write
    def pay_at_maturity(
        self, certificate_id: int, *, holders: Sequence[str] | None = None
    ) -> Several[Paid]:
        """
        E8: pay the holders all that is owed them on a certificate; none of them unlisted.

        Args:
            holders: whom; found from events unless given. More than 200 take several transactions.
        """
        found = self._holders(certificate_id, holders)
        parts = [found[place : place + HOLDERS_MAX] for place in range(0, len(found), HOLDERS_MAX)]
        acts = [
            self._act("payAtMaturity", (certificate_id, part), self._paid, holders=len(part))
            for part in parts
        ]
        return Several(parts=acts, merge=_merged)

    @write
    def pay_part(
        self, certificate_id: int, amount: int, *, holders: Sequence[str] | None = None
    ) -> Prepared[Paid]:
        """
        E8 in part: `amount` of principal to all holders pro rata (largest remainder).

        Each payment is meant anew: two equal ones pay twice. All holders fit one transaction.
        """
        found = self._holders(certificate_id, holders)
        if len(found) > HOLDERS_MAX:
            raise UsageError("holders", len(found), f"at most {HOLDERS_MAX} for a payment in part")
        args = (certificate_id, checks.amount(amount), found)
        return self._act("payPart", args, self._paid, key=fresh_key(), holders=len(found))

    def _holders(self, certificate_id: int, holders: Sequence[str] | None) -> list[str]:
        id_ = checks.certificate_id(certificate_id)
        found = holders_of(self._context, id_) if holders is None else holders
        if not found:
            expected = "a certificate somebody holds"
            raise UsageError("certificate_id", f"0x{id_:064x}", expected)
        return checks.holders(found)

    def _paid(self, outcome: Outcome) -> Paid:
        principals: dict[str, int] = {}
        paid_out: list[int] = []
        to_lenders: dict[str, int] = {}
        collected = 0
        events = self._events(outcome)
        for log in events:
            if log.name == "TransferSingle" and log.args["to"] == NOBODY:
                principals[log.args["from"]] = log.args["amount"]
            elif log.name == "Transfer":
                paid_out.append(log.args["amount"])
            elif log.name == "PledgeCollected":
                collected = log.args["lenderFen"]
            elif log.name == "PledgeFreed":
                pledgor = log.args["pledgor"]
                to_lenders[pledgor] = to_lenders.get(pledgor, 0) + collected
        paid = next(log.args for log in events if log.name == "CertificatePaid")
        settled = next(log.args for log in events if log.name == "PaymentSettled")
        return Paid(
            txs=(tx_of(outcome),),
            certificate_id=paid["id"],
            debtor=paid["debtor"],
            total=settled["totalFen"],
            principal=paid["principalFen"],
            interest=paid["interestFen"],
            status=CertificateStatus(paid["status"]),
            holders=tuple(
                HolderPaid(
                    holder=holder,
                    principal=part,
                    interest=money + to_lenders.get(holder, 0) - part,
                    to_lenders=to_lenders.get(holder, 0),
                )
                # Holders are paid first, in their order, and after them lenders.
                for (holder, part), money in zip(principals.items(), paid_out, strict=False)
            ),
        )


def _merged(payments: Sequence[Paid]) -> Paid:
    last = payments[-1]
    return Paid(
        txs=tuple(tx for payment in payments for tx in payment.txs),
        certificate_id=last.certificate_id,
        debtor=last.debtor,
        total=sum(payment.total for payment in payments),
        principal=sum(payment.principal for payment in payments),
        interest=sum(payment.interest for payment in payments),
        status=last.status,
        holders=tuple(holder for payment in payments for holder in payment.holders),
    )
