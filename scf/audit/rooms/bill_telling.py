"""How the events of bills are told, and under which rules their acts stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scf.audit.rooms.room import OFFICERS, Told
from scf.audit.rooms.telling import Telling, bill_text, iso_day, month_text, range_text
from scf.model.bill_enums import Cause, CorrectionKind, DishonourCode, Ground, PresentationKind
from scf.model.bill_words import RangeWord
from scf.model.enums import PendingState

Args = Mapping[str, Any]
_BILL_SHIFT = 80
_SIGNED = (*OFFICERS, "debtorOfficer")


def _name(member: Any) -> str:
    return str(member.name).lower().replace("_", " ")


def _range(token: int) -> str:
    return f"range {range_text(token)}"


def _issued(args: Args, tell: Telling) -> str:
    face = args["terms"] & (1 << 40) - 1
    maturity = args["terms"] >> 104 & (1 << 24) - 1
    return (
        f"bill {bill_text(args['billNo'])} over {tell.fen(face)} for {tell.party(args['payee'])}, "
        f"to be accepted by {tell.party(args['acceptor'])}, due {iso_day(maturity)}"
    )


def _written(args: Args, tell: Telling) -> str:
    word = RangeWord.of(args["word"])
    return f"{_range(args['tokenId'])} is now {_name(word.status)}, {_name(word.flag)}"


def _moved(args: Args, tell: Telling) -> str:
    shown = _range(args["id"])
    if not int(args["from"], 16):
        return f"{shown} made for {tell.party(args['to'])}"
    if not int(args["to"], 16):
        return f"{shown} of {tell.party(args['from'])} divided"
    return f"{shown} from {tell.party(args['from'])} to {tell.party(args['to'])}"


def _recorded(args: Args, tell: Telling) -> str:
    word = args["record"]  # packed as `BillSlots.RecordWord`, its index above
    party = f"0x{word & (1 << 160) - 1:040x}"
    marked = ", not to be transferred further" if word >> 224 & 1 else ""
    return f"{tell.party(party)} enters the chain (record {word >> 240}{marked})"


def _endorsement_asked(args: Args, tell: Telling) -> str:
    who = f"{tell.party(args['from'])} asks {tell.party(args['to'])}"
    return f"{who} to take {_range(args['partId'])} until {tell.day(args['deadlineDay'])}"


def _guarantee_asked(args: Args, tell: Telling) -> str:
    who = f"{tell.party(args['requester'])} asks {tell.party(args['guarantor'])}"
    return f"{who} to guarantee {tell.party(args['guaranteed'])}"


def _dishonoured(args: Args, tell: Telling) -> str:
    code = DishonourCode(args["code"])
    return f"{_range(args['tokenId'])} dishonoured: {_name(code)} ({code.code})"


def _settled(args: Args, tell: Telling) -> str:
    who = f"{tell.party(args['payer'])} pays {tell.fen(args['paidFen'])}"
    end = "; the bill ends" if args["ended"] else ""
    return f"{who} to {tell.party(args['holder'])} in recourse{end}"


def _noticed(args: Args, tell: Telling) -> str:
    late = " (late)" if args["late"] else ""
    return f"{tell.party(args['from'])} gives notice to {tell.party(args['to'])}{late}"


def _listed(args: Args, tell: Telling) -> str:
    state = "suspended (X4)" if args["suspended"] else "not suspended"
    ban = f", banned until {iso_day(args['bannedUntil'])} (X5)" if args["bannedUntil"] else ""
    return f"{tell.party(args['acceptor'])} in {month_text(args['month'])}: {state}{ban}"


def _corrected(args: Args, tell: Telling) -> str:
    return f"register corrected: {_name(CorrectionKind(args['kind']))}"


def _matches(args: Args) -> str:
    return "as the ledger derives" if args["matches"] else "other than the ledger derives"


def _by(what: str, party: str) -> Callable[[Args, Telling], str]:
    return lambda args, tell: f"{tell.party(args[party])} {what}"


def _caused(what: str) -> Callable[[Args, Telling], str]:
    def words(args: Args, tell: Telling) -> str:
        who = f" by {tell.party(args['party'])}" if int(args["party"], 16) else ""
        return f"{what}: {_name(Cause(args['cause']))}{who}"

    return words


def _told(words: Callable[[Args, Telling], str], rules: str = "", weight: int = 3) -> Told:
    return Told(words=words, rules=tuple(rules.split()), weight=weight, signed=_SIGNED)


BILL_EVENTS: Mapping[str, Told] = {
    # Bills
    "BillIssued": _told(_issued, "NIL-22 R4-25 SH-1", 5),
    "BillCorrected": _told(_corrected, "SYS-14", 6),
    "DrawersMarkSet": _told(
        lambda a, t: "the drawer's no-transfer mark is " + ("set" if a["marked"] else "lifted"),
        "NIL-27",
    ),
    "RangeDivided": _told(
        lambda a, t: (
            f"{_range(a['parentId'])} divided: {_range(a['partId'])} and {_range(a['restId'])}"
        ),
        "SH-2 FEN-1",
        1,
    ),
    "RangesMerged": _told(
        lambda a, t: (
            f"{_range(a['partId'])} and {_range(a['restId'])} are {_range(a['parentId'])} again"
        ),
        "INV-4",
        1,
    ),
    "RangeWritten": _told(_written, weight=0),
    "RecordWritten": _told(_recorded, "NIL-31", 1),
    "Transfer": _told(_moved, "NIL-31", 2),
    "Approval": _told(_by("approves a token operator", "owner"), weight=0),
    "ApprovalForAll": _told(_by("approves a token operator", "owner"), weight=0),
    "RangeFrozen": _told(
        lambda a, t: f"{_range(a['tokenId'])} frozen until {t.day(a['untilDay'])}",
        "SYS-14 INV-20",
        6,
    ),
    "RangePaymentStopped": _told(
        lambda a, t: f"payment of {_range(a['tokenId'])} stopped until {t.day(a['untilDay'])}",
        "SYS-14",
        6,
    ),
    "RangeUnfrozen": _told(lambda a, t: f"{_range(a['tokenId'])} free again", "SYS-14", 6),
    "RestraintExpired": _told(
        lambda a, t: f"the order on {_range(a['tokenId'])} has run out", "INV-20", 4
    ),
    "TitleTransferred": _told(
        lambda a, t: f"title moved by order from {t.party(a['from'])} to {t.party(a['to'])}",
        "SYS-14 NIL-11",
        6,
    ),
    # Acceptances
    "BillDrawn": _told(_by("draws", "drawer"), "NIL-22 R77-3", 4),
    "AcceptanceRequested": _told(
        lambda a, t: f"presented to {t.party(a['acceptor'])} for acceptance", "NIL-41", 4
    ),
    "AcceptanceGiven": _told(
        lambda a, t: (
            f"{t.party(a['acceptor'])} accepts {t.fen(a['faceFen'])}"
            + (" (late)" if a["late"] else "")
        ),
        "NIL-41 NIL-44 R4-24 R4-36 SYS-1",
        7,
    ),
    "AcceptanceClosed": _told(_caused("acceptance came to nothing"), "NIL-43", 6),
    "DeliveryTendered": _told(
        lambda a, t: (
            f"tendered to {t.party(a['payee'])}"
            + (" with the drawer's mark" if a["marked"] else "")
        ),
        "NIL-27",
        4,
    ),
    "DeliveryTaken": _told(_by("takes delivery", "payee"), "R802-3", 6),
    "DeliveryClosed": _told(_caused("delivery came to nothing"), "", 6),
    "BillTerminated": _told(_caused("the bill ends unused"), "", 8),
    # Endorsements
    "EndorsementRequested": _told(_endorsement_asked, "NIL-33 R77-3", 5),
    "Endorsed": _told(
        lambda a, t: f"{t.party(a['from'])} endorses {_range(a['partId'])} to {t.party(a['to'])}",
        "NIL-31 NIL-33 NIL-36 NIL-37",
        6,
    ),
    "MarkRevocationRequested": _told(
        lambda a, t: f"{t.party(a['setter'])} is asked to lift its mark", "NIL-34", 4
    ),
    "MarkLifted": _told(_by("lifts its mark", "setter"), "NIL-34", 5),
    "PendingRevoked": _told(lambda a, t: "the register takes the request back", "SYS-14", 5),
    "PendingClosed": _told(
        lambda a, t: (
            f"request {_name(PendingState(a['state']))}"
            + (f" by {t.party(a['party'])}" if int(a["party"], 16) else "")
        ),
        "INV-4",
    ),
    # Presentations
    "BillPresented": _told(
        lambda a, t: (
            f"{t.party(a['holder'])} presents {_range(a['tokenId'])} "
            f"({_name(PresentationKind(a['kind']))})"
        ),
        "NIL-53 SH-4",
        5,
    ),
    "PresentationWithdrawn": _told(_by("withdraws its presentation", "holder"), "INV-4", 5),
    "BillPaid": _told(
        lambda a, t: (
            f"{t.party(a['acceptor'])} pays {t.fen(a['amountFen'])} to {t.party(a['holder'])}"
        ),
        "NIL-54 NIL-57 NIL-60",
        8,
    ),
    "BillDishonoured": _told(_dishonoured, "NIL-61 NIL-65 SH-5 SH-6a", 8),
    "BillLapsed": _told(
        lambda a, t: f"the right of {t.party(a['holder'])} lapsed after {t.day(a['lastDay'])}",
        "NIL-17a NIL-18",
        8,
    ),
    "AccessBankSet": _told(
        lambda a, t: (
            f"{t.party(a['acceptor'])} answers through "
            + (t.party(a["bank"]) if int(a["bank"], 16) else "nobody")
        ),
    ),
    # Settlement
    "BillsPaid": _told(
        lambda a, t: f"{t.fen(a['totalFen'])} moved from {t.party(a['payer'])} to holders of bills",
        "R77-4 NIL-54",
    ),
    "OverdueInterestPaid": _told(
        lambda a, t: f"of which {t.fen(a['interestFen'])} beyond the face", "NIL-70", 1
    ),
    # Disclosures
    "BillDisclosed": _told(
        lambda a, t: (
            f"{t.party(a['acceptor'])} discloses the bill, {_matches(a)}"
            + (" (late)" if a["late"] else "")
        ),
        "X1 X3",
        5,
    ),
    "MonthDisclosed": _told(
        lambda a, t: (
            f"{t.party(a['acceptor'])} discloses {month_text(a['month'])}, {_matches(a)}"
            + (" (late)" if a["late"] else "")
        ),
        "X2",
        5,
    ),
    "DisclosureChecked": _told(_by("checks the disclosure", "party"), "X6 R4-28", 3),
    "OverdueCounted": _told(
        lambda a, t: (
            f"{t.fen(a['amountFen'])} of {t.party(a['acceptor'])} fell overdue in "
            f"{month_text(a['month'])}"
        ),
        "X4 OP-12",
        4,
    ),
    "OverdueSettled": _told(
        lambda a, t: f"{t.fen(a['amountFen'])} of {t.party(a['acceptor'])} is overdue no more",
        "X4",
        4,
    ),
    "AcceptorListed": _told(_listed, "X4 X5 R4-36", 5),
    "ClearanceAnnounced": _told(
        lambda a, t: f"{t.party(a['acceptor'])} cleared its listing of {month_text(a['month'])}",
        "X4",
        5,
    ),
    "BanRemoved": _told(
        lambda a, t: f"ban of {t.party(a['acceptor'])} removed up to {month_text(a['month'])}",
        "X5",
        5,
    ),
    "FiguresStated": _told(
        lambda a, t: (
            f"{t.party(a['acceptor'])}: assets {t.fen(a['totalAssetsFen'])}, deposits "
            f"{t.fen(a['depositsFen'])}, margin {t.fen(a['marginFen'])}"
        ),
        "R4-24",
        4,
    ),
    "BookReconciled": _told(
        lambda a, t: (
            f"{t.party(a['party'])} states a book of {t.fen(a['bookBalanceFen'])}; the "
            f"register has {t.fen(a['balanceFen'])}"
        ),
        "X7",
        4,
    ),
    # Guarantees
    "GuaranteeRequested": _told(_guarantee_asked, "NIL-45", 5),
    "GuaranteeGiven": _told(
        lambda a, t: f"{t.party(a['guarantor'])} guarantees {t.party(a['guaranteed'])}",
        "NIL-45 NIL-50",
        6,
    ),
    # Recourse
    "PursuitOpened": _told(
        lambda a, t: (
            f"{t.party(a['holder'])} pursues {_range(a['tokenId'])}: {_name(Ground(a['ground']))}"
        ),
        "NIL-61 NIL-68 NIL-70",
        7,
    ),
    "PursuitWithdrawn": _told(_by("withdraws its pursuit", "holder"), "INV-4", 6),
    "NoticeGiven": _told(_noticed, "NIL-66a", 3),
    "SettlementOffered": _told(
        lambda a, t: f"{t.party(a['payer'])} offers to settle, at most {t.fen(a['amountMaxFen'])}",
        "NIL-70",
        5,
    ),
    "ClaimDivided": _told(
        lambda a, t: f"the claim on {_range(a['parentId'])} is divided with it", "SYS-3", 1
    ),
    "SettlementTaken": _told(_settled, "NIL-70 NIL-71 NIL-72", 8),
    "ResidualRecorded": _told(
        lambda a, t: (
            f"{t.party(a['claimant'])} keeps a claim of {t.fen(a['paidFen'])} on "
            f"{t.party(a['debtor'])}"
        ),
        "OP-32 NIL-52",
        4,
    ),
    "ResidualPaid": _told(
        lambda a, t: (
            f"{t.party(a['debtor'])} pays {t.fen(a['totalFen'])} to {t.party(a['claimant'])}"
        ),
        "NIL-52",
        8,
    ),
}
