"""
Bugs planted in presentation, payment and recourse, each beside the test that is there to catch it.

The rules of recourse are about rare constellations (a marked endorser two hands back, a drawer that
holds its own bill), which a random campaign meets too seldom to prove anything: tables do.
"""

from __future__ import annotations

from functools import partial, wraps

from tests.campaigns.planted import Check, planted
from tests.contracts import (
    test_bill_payment,
    test_bill_settlement,
    test_dishonour,
    test_presentations,
    test_pursuit,
    test_recourse_chains,
)
from tests.recourse_stories import M as MATURITY
from tests.stories import FREEZE
from tests.world import World

_PRESENTATIONS = "assets/Presentations.sol"
_PAYMENTS = "financing/BillPayments.sol"
_BOOK = "claims/recourse/RecourseBook.sol"
_PURSUITS = "claims/recourse/Pursuits.sol"
_RECOURSE = "claims/Recourse.sol"


def _with_guarantors(test: Check) -> Check:
    @wraps(test)
    def check(world: World) -> None:
        test_recourse_chains.enrol_guarantors(world)
        test(world)

    return check


PLANTED = (
    planted(
        "INV-5",
        "full payment leaves the range alive",
        "Presentations",
        _PRESENTATIONS,
        "bills.end(tokenId, IBills.PendingOp.Presentation, IBills.Status.Settled);",
        "if (presented) bills.markDishonoured(tokenId, 0, true);",
        partial(
            test_bill_payment.test_payBills__before_at_and_after_maturity__ends_the_range,
            day=MATURITY,
            presented=False,
        ),
    ),
    planted(
        "INV-6",
        "a guarantor that paid pursues those after the party it paid for",
        "Recourse",
        _RECOURSE,
        "bills.earliestRecordOf(b.tokenId, guaranteed);",
        "b.word.head();",
        _with_guarantors(
            test_recourse_chains.test_guarantor_of_endorser__paid__pursues_it_and_those_before
        ),
    ),
    planted(
        "INV-6",
        "an endorser that holds the bill again pursues those after it",
        "Recourse",
        _BOOK,
        "if (records[i].party == holder) start = i + 1;",
        "if (records[i].party == holder) start = 0;",
        test_recourse_chains.test_endorser__holder_again__pursues_only_before_its_first_endorsement,
    ),
    planted(
        "INV-7",
        "a drawer that holds its bill pursues everybody",
        "Recourse",
        _BOOK,
        "if (b.word.drawersRights() || b.parties.isDrawer(b.holder)) return",
        "if (b.word.drawersRights()) return",
        test_recourse_chains.test_drawer__holder__pursues_no_prior_party,
    ),
    planted(
        "INV-8",
        "a marked endorser answers to everybody",
        "Recourse",
        _BOOK,
        "if (r.marked && !nearest) freed = true; else found = true;",
        "found = true;",
        test_recourse_chains.test_marked_endorser__later_holder__cannot_reach_it,
    ),
    planted(
        "INV-10",
        "a settlement by signature goes around an offer that stands",
        "Recourse",
        _PURSUITS,
        "b.word.flag() == IBills.Flag.UnderRecourse && b.word.pendingOp() == IBills.PendingOp.None",
        "b.word.restingFlag() != IBills.Flag.None",
        test_bill_settlement.test_offerSettlement__second__waits_for_the_first,
    ),
    planted(
        "INV-23",
        "limitation a day too long",
        "Recourse",
        _PURSUITS,
        "if (today > lastDay) {",
        "if (today > lastDay + 1) {",
        test_pursuit.test_pursue__last_day_of_each_clock__is_usable,
    ),
    planted(
        "INV-24",
        "a late second notice makes the first one late",
        "Recourse",
        _PURSUITS,
        "if (n.day == 0) (n.day, n.late) =",
        "(n.day, n.late) =",
        test_pursuit.test_notice__late__keeps_recourse,
    ),
    planted(
        "INV-25",
        "auto-dishonour a second time is another one",
        "Presentations",
        _PRESENTATIONS,
        "if (!_isPresented(v) && v.word.dishonour() != 0) return false;",
        "",
        test_dishonour.test_autoDishonour__day_after_the_banks_last__flips_once,
    ),
    planted(
        "PRS-1",
        "a later dishonour narrows the first",
        "Presentations",
        _PRESENTATIONS,
        "if (!wider && (before.counted || !given.counted)) return index;",
        "if (!wider && before.counted) (before.scope, before.day) = (given.scope, given.day);",
        test_dishonour.test_dishonour__presented_again__never_narrows,
    ),
    planted(
        "MUST-5",
        "payment to whom the acceptor likes",
        "Presentations",
        _PRESENTATIONS,
        "(holder, amountFen) = (v.holder, v.amountFen);",
        "(holder, amountFen) = (acceptor, v.amountFen);",
        test_bill_payment.test_payBills__part_endorsed_on__pays_each_holder,
    ),
    planted(
        "MUST-8",
        "a range named twice is paid twice",
        "Presentations",
        _PRESENTATIONS,
        "bills.end(tokenId, IBills.PendingOp.Presentation, IBills.Status.Settled);",
        "",
        test_bill_payment.test_payBills__same_range_twice__is_refused,
    ),
    planted(
        "MUST-13",
        "a settlement without money",
        "Settlement",
        _PAYMENTS,
        "cash.move(payer, holder, paidFen);",
        "",
        test_bill_settlement.test_takeSettlement__no_money__moves_nothing,
    ),
    planted(
        "MUST-18",
        "a frozen holder cannot ask to be paid",
        "Presentations",
        _PRESENTATIONS,
        "_requireResting(v, true);"
        " address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);",
        "_requireResting(v, true);"
        " address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Full);",
        test_presentations.test_present__frozen_holder__is_paid,
    ),
    planted(
        "MUST-24",
        "a range is counted overdue each time it is dishonoured",
        "Presentations",
        _PRESENTATIONS,
        "if (given.counted && !before.counted) {",
        "if (given.counted) {",
        test_dishonour.test_dishonour__presented_again__never_narrows,
    ),
    planted(
        "MUST-24",
        "costs are claimed again for the rest of a divided range",
        "Recourse",
        _RECOURSE,
        "p.costsFen = 0;",
        "",
        test_recourse_chains.test_settlement_of_a_part__both_ranges__go_on_with_their_own_claims,
    ),
    planted(
        "MUST-25",
        "no payment after a dishonour",
        "Presentations",
        _PRESENTATIONS,
        "if (!presented) _requireResting(v, false);",
        "if (!presented) _requireResting(v, false); _requirePair(v, v.word.dishonour() == 0);",
        test_bill_payment.test_payBills__after_dishonour__costs_interest,
    ),
    planted(
        "NIL-70",
        "after a dishonour the face is enough",
        "Settlement",
        _PAYMENTS,
        "if (!inArrears) return",
        "if (!inArrears || inArrears) return",
        test_bill_payment.test_payBills__after_dishonour__costs_interest,
    ),
    planted(
        "INV-20",
        "an acceptor excuses itself by a court's order that does not exist",
        "Presentations",
        _PRESENTATIONS,
        "bool fits = (code == DishonourCode.CourtOrder) == _isRestrained(v);",
        "bool fits = code == DishonourCode.CourtOrder || !_isRestrained(v);",
        partial(test_dishonour.test_dishonour__restrained_range__knows_dc06_only, kind=FREEZE),
    ),
    planted(
        "NIL-65",
        "endorsers answer although the proof came too late",
        "Recourse",
        _BOOK,
        "if (b.scope != Scope.All) return (Liability.None, RuleIds.PROOF_IN_TIME);",
        "",
        test_pursuit.test_pursue__narrow_scope__loses_endorsers,
    ),
    planted(
        "INV-4",
        "a piece that went back leaves its claim behind",
        "Recourse",
        _RECOURSE,
        "_forget(_restOf(tokenId, takenId));",
        "",
        test_recourse_chains.test_piece_that_went_back__is_divided_again__starts_afresh,
    ),
)
