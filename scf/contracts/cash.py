"""Tokenised deposits (代币化存款): the face of contract `Cash`. Amounts in fen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scf.chain.acts import Outcome
from scf.contracts import checks
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.model.results import CashAllowed, CashIssued, CashMoved
from scf.units import Fen


class Cash(Face):
    """Money of parties. A payment repeated word for word is done once; `repeat` means it again."""

    contract = "Cash"

    def balance(self, party: str) -> Fen:
        """What a party has."""
        return Fen(self._read("balanceOf", checks.party(party)))

    def balances(self, parties: Sequence[str]) -> list[Fen]:
        """What many parties have, in their order, in few requests."""
        rows = [(checks.party(party),) for party in parties]
        return [Fen(value) for value in self._read_many("balanceOf", rows)]

    def total_supply(self) -> Fen:
        """All money there is."""
        return Fen(self._read("totalSupply"))

    def allowance(self, owner: str, spender: str) -> Fen:
        """What `spender` may still take of `owner`'s money."""
        args = (checks.party(owner, "owner"), checks.party(spender, "spender"))
        return Fen(self._read("allowance", *args))

    def is_payment_used(self, payment_id: bytes) -> bool:
        """Whether a payment id was used."""
        return bool(self._read("isPaymentUsed", checks.hash32(payment_id, "payment_id")))

    @write
    def mint(self, *, to: str, amount: int, payment_id: bytes) -> Prepared[CashIssued]:
        """Credit money that the signer's settlement bank received under a payment id (MUST-13)."""
        payment = checks.hash32(payment_id, "payment_id")
        args = (checks.party(to, "to"), checks.amount(amount), payment)
        return self._act("mint", args, self._issued("CashMinted", "to"))

    @write
    def burn(self, *, amount: int, payment_id: bytes) -> Prepared[CashIssued]:
        """Destroy the settlement bank's own holding after it paid the money out."""
        args = (checks.amount(amount), checks.hash32(payment_id, "payment_id"))
        return self._act("burn", args, self._issued("CashBurnt", "from"))

    @write
    def transfer(self, *, to: str, amount: int, repeat: int = 0) -> Prepared[CashMoved]:
        """Pay from the signer's party."""
        args = (checks.party(to, "to"), checks.amount(amount))
        return self._act("transfer", args, self._moved, repeat=repeat)

    @write
    def approve(self, *, spender: str, amount: int) -> Prepared[CashAllowed]:
        """Let another party take up to an amount; 0 ends it."""
        args = (checks.party(spender, "spender"), checks.amount_or_zero(amount))
        return self._act("approve(address,uint256)", args, self._allowed, key=fresh_key())

    @write
    def transfer_from(
        self, *, from_party: str, to: str, amount: int, repeat: int = 0
    ) -> Prepared[CashMoved]:
        """Take money that another party allowed the signer's party to take."""
        parties = (checks.party(from_party, "from_party"), checks.party(to, "to"))
        args = (*parties, checks.amount(amount))
        return self._act("transferFrom", args, self._moved, repeat=repeat)

    def _issued(self, name: str, side: str) -> Any:
        def read(outcome: Outcome) -> CashIssued:
            event = self._event(outcome, name)
            return CashIssued(
                tx=tx_of(outcome),
                party=event[side],
                amount=event["amountFen"],
                payment_id=event["paymentId"],
            )

        return read

    def _moved(self, outcome: Outcome) -> CashMoved:
        event = self._event(outcome, "Transfer")
        return CashMoved(
            tx=tx_of(outcome),
            from_party=event["from"],
            to_party=event["to"],
            amount=event["amount"],
        )

    def _allowed(self, outcome: Outcome) -> CashAllowed:
        event = self._event(outcome, "Approval")
        return CashAllowed(
            tx=tx_of(outcome),
            owner=event["owner"],
            spender=event["spender"],
            amount=event["amount"],
        )
