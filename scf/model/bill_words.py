"""The packed word of a sub-range, as the events of `Bills` carry it, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

from scf.model.bill_enums import BillFlag, BillStatus, PendingOp


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeWord:
    """
    One sub-range as it is written down.

    Attributes:
        head: index of the latest endorsement record; 0 is the payee's line.
        acts: count of acts, the version that signatures name.
        presented: days from issue to presentation plus one; 0 is not presented.
        dishonour: index into the bill's dishonours; 0 is none.
        status: as written; RECEIVED from the maturity day on means MATURED.
        previous_flag: before the pending act. resting_flag: before the pursuit.
        detached: divided off for the act that is pending on it.
        depth: length of the chain at its head.
        guarantees: how many guarantees were given on it or on what it was divided from.
    """

    head: int
    acts: int
    presented: int
    dishonour: int
    status: BillStatus
    flag: BillFlag
    previous_flag: BillFlag
    resting_flag: BillFlag
    pending_op: PendingOp
    frozen: bool
    payment_stopped: bool
    drawers_rights: bool
    detached: bool
    depth: int
    guarantees: int

    @property
    def flag_at_rest(self) -> BillFlag:
        """The flag to which the range goes back when what is pending or pursued on it ends so."""
        if self.resting_flag:
            return self.resting_flag
        return self.previous_flag if self.pending_op else self.flag

    @classmethod
    def of(cls, word: int) -> RangeWord:
        """Take a word apart; from the low end as `BillSlots.RangeWord` says."""
        return cls(
            head=word & 0xFFFF,
            acts=word >> 16 & 0xFFFF,
            dishonour=word >> 32 & 0xFFFF,
            presented=word >> 48 & 0x7FF,
            guarantees=word >> 59 & 0x1F,
            status=BillStatus(status_of(word)),
            flag=BillFlag(word >> 68 & 15),
            previous_flag=BillFlag(word >> 72 & 15),
            resting_flag=BillFlag(word >> 76 & 15),
            pending_op=PendingOp(word >> 80 & 15),
            frozen=bool(word >> 84 & 1),
            payment_stopped=bool(word >> 85 & 1),
            drawers_rights=bool(word >> 86 & 1),
            detached=bool(word >> 87 & 1),
            depth=word >> 88 & 0xFF,
        )


def status_of(word: int) -> int:
    """The status as written, as a plain number: the fold asks it of every word."""
    return word >> 64 & 15
