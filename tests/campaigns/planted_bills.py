"""
Bugs planted in drawing, acceptance, passing on, orders, guarantees and disclosures of bills, each
beside the test that is there to catch it. What comes after maturity is in `planted_recourse`.
"""

from __future__ import annotations

from functools import partial, wraps

from tests import bill_stories as bills
from tests.campaigns.planted import Check, Planted, planted
from tests.contracts import (
    test_acceptances,
    test_bill_disclosures,
    test_bill_discounting,
    test_bills,
    test_disclosures,
    test_endorsements,
    test_guarantees,
    test_presentations,
    test_recourse_chains,
)
from tests.recourse_stories import SETTLED, WITHDRAWN
from tests.world import World

_BOOK = "assets/bills/BillBook.sol"
_ROOMS = "assets/bills/BillRooms.sol"
_BILLS = "assets/Bills.sol"
_ACCEPTANCES = "assets/Acceptances.sol"
_ENDORSEMENTS = "assets/Endorsements.sol"
_DISCLOSURES = "assets/Disclosures.sol"
_LIST = "assets/disclosures/OverdueList.sol"
_GUARANTEES = "claims/Guarantees.sol"
_PRESENTATIONS = "assets/Presentations.sol"
_BILL_DISCOUNTING = "financing/BillDiscounting.sol"
_CLAIMS = "libraries/RecourseClaims.sol"
_TWO_SIDED = "base/TwoSided.sol"


def _with_doors(breaks: str, name: str, file: str, old: str, new: str, check: Check) -> Planted:
    """Caught on a Disclosures whose doors are plain keys, which can make histories of months."""
    return planted(breaks, name, "Disclosures", file, old, new, check, open_doors=True)


def _lists_as_the_rules_say(world: World) -> None:
    """X4, X5: three random histories of years."""
    for seed in range(3):
        with world.anchor():
            test_disclosures.test_lists__random_histories__are_those_of_the_rules(world, seed)


def _clearing_lifts_only_what_is_cleared(world: World) -> None:
    test = (
        test_disclosures.test_clearance__everything_paid_and_disclosed__lifts_the_suspension_at_once
    )
    for fields in ((0, True, True), (1, True, False), (0, False, False)):
        with world.anchor():
            test(world, *fields)


def _by_name(check: Check) -> Check:
    """Hypothesis hands its own values over by name only, and so the world."""

    @wraps(check)
    def named(world: World) -> object:
        return check(world=world)

    return named


PLANTED = (
    planted(
        "INV-1",
        "a part overlaps the rest",
        "Bills",
        _BOOK,
        "return BillIds.tokenId(billNo, last + 1, end_);",
        "return BillIds.tokenId(billNo, last, end_);",
        test_bills.test_division__at_random__covers_the_bill_without_gap_or_overlap,
    ),
    planted(
        "INV-1",
        "what was paid is not counted as ended",
        "Bills",
        _ROOMS,
        ".withEndedFen(t.endedFen() + _amountOf(tokenId, t))",
        "",
        test_bills.test_end__of_parts__counts_until_the_last,
    ),
    planted(
        "INV-2",
        "a second act on a range that carries one",
        "Bills",
        _ROOMS,
        "_requirePending(tokenId, w, PendingOp.None); if (op == PendingOp.Acceptance)",
        "if (op == PendingOp.Acceptance)",
        test_bills.test_lock__on_a_range_with_a_pending_act__is_refused,
    ),
    planted(
        "INV-3",
        "a settled range moves on",
        "Bills",
        _BOOK,
        "require(status <= Status.Matured, BillsStatus(tokenId, status, Status.Received));",
        "",
        partial(test_bills.test_end__then__nothing_moves, status=SETTLED),
    ),
    planted(
        "INV-4",
        "what is restored stays locked",
        "Bills",
        _BOOK,
        "RangeWord restored = _withoutLock(w, w.previousFlag());",
        "RangeWord restored = _withoutLock(w, w.flag());",
        partial(
            test_acceptances.test_answer_without_agreement__restores_exactly,
            function="withdrawAcceptance",
            marked=False,
        ),
    ),
    planted(
        "INV-9",
        "an acceptance on a condition stays open",
        "Acceptances",
        _ACCEPTANCES,
        "_unaccept(r, Cause.Refused, party, conditional, reasonHash);",
        "if (!conditional) _unaccept(r, Cause.Refused, party, conditional, reasonHash);",
        test_acceptances.test_refuseAcceptance__conditional__is_a_refusal,
    ),
    _with_doors(
        "INV-11",
        "a suspended acceptor accepts",
        _DISCLOSURES,
        "if (suspended) { revert DisclosuresSuspended(",
        "if (suspended && acceptor == address(0)) { revert DisclosuresSuspended(",
        test_disclosures.test_book__rules__answer_in_order,
    ),
    planted(
        "INV-12",
        "a disclosure that differs opens the gate",
        "Disclosures",
        _DISCLOSURES,
        "if (!d.matches) { revert DisclosuresGate(",
        "if (d.day == 0) { revert DisclosuresGate(",
        test_guarantees.test_bank__guarantees_only_what_is_disclosed_as_it_is,
    ),
    planted(
        "INV-12",
        "an edit after the check goes unseen",
        "Disclosures",
        _DISCLOSURES,
        "current = snapshotHash == _snapshot(billNo);",
        "current = snapshotHash != 0;",
        test_bill_disclosures.test_an_edit__closes_the_gate_and_is_seen_by_who_checked,
    ),
    planted(
        "INV-12",
        "discounted without a look at the disclosure",
        "BillDiscounting",
        _BILL_DISCOUNTING,
        "disclosures.requireFinanceable(billNo, true);",
        "",
        test_bill_discounting.test_discount__rules__answer_in_order,
    ),
    planted(
        "INV-13",
        "acceptance uses one fen of its invoice",
        "Acceptances",
        _ACCEPTANCES,
        "invoices.useFor(tradeKey, r.parties.payeeTag(), r.drawer, faceFen);",
        "invoices.useFor(tradeKey, r.parties.payeeTag(), r.drawer, 1);",
        test_acceptances.test_accept__on_an_invoice_used_elsewhere__stops_at_the_first_fen,
    ),
    planted(
        "INV-14",
        "a tenor one day too long",
        "Acceptances",
        _ACCEPTANCES,
        "require(maturity <= latest, IRulebook.RuleViolated(RuleIds.BILL_TENOR_MONTHS_MAX",
        "require(maturity <= latest + 1, IRulebook.RuleViolated(RuleIds.BILL_TENOR_MONTHS_MAX",
        test_acceptances.test_draw__tenor__ends_on_the_corresponding_day,
    ),
    planted(
        "INV-15",
        "interest of recourse for a day too many",
        "Recourse",
        _CLAIMS,
        "uint256 tenorDays = day > startDay ? day - startDay : 0;",
        "uint256 tenorDays = day > startDay ? day - startDay + 1 : 0;",
        _by_name(test_recourse_chains.test_claims__any_bill_and_days__are_the_exact_formulas),
    ),
    planted(
        "INV-20",
        "a freeze that does not block",
        "Bills",
        _BOOK,
        "return w.frozen() && _restraints[tokenId].frozenUntil >= _today();",
        "return w.stopped();",
        test_bills.test_freeze__blocks_every_act_and_lifting_restores_the_pair,
    ),
    planted(
        "INV-20",
        "a second order shortens the first",
        "Bills",
        _BILLS,
        "r.frozenUntil = uint32(FixedPointMathLib.max(r.frozenUntil, order.expiryDay));",
        "r.frozenUntil = order.expiryDay;",
        test_bills.test_freeze__by_a_second_order__is_never_shortened,
    ),
    planted(
        "INV-20",
        "a freeze that outlives its last day",
        "Bills",
        _BOOK,
        "return w.frozen() && _restraints[tokenId].frozenUntil >= _today();",
        "return w.frozen();",
        test_bills.test_freeze__on_its_last_day_holds__and_ends_by_itself,
    ),
    planted(
        "INV-21",
        "the platform holds a bill",
        "Bills",
        _BILLS,
        "participants.requireActive(to, Roles.TRADING);",
        "participants.requireActive(to, 0);",
        partial(
            test_bills.test_title__that_does_not_fit__is_refused,
            changes={"to": "operator"},
            error="ParticipantsRoleLacking",
        ),
    ),
    _with_doors(
        "INV-22",
        "a holiday declared since makes late",
        _DISCLOSURES,
        "return by < today && rulebook.addBusinessDaysDue("
        "from, _valueOn(RuleIds.DISCLOSE_BY, today)) < today;",
        "return by < today && from != 0;",
        test_disclosures.test_desk__holiday_declared_meanwhile__moves_the_last_day,
    ),
    planted(
        "MUST-1",
        "a bill cancelled keeps its invoice used",
        "Acceptances",
        _ACCEPTANCES,
        "if (tradeKey != 0) invoices.release(tradeKey, r.drawer, faceFen);",
        "",
        partial(
            test_acceptances.test_cancel__before_the_payee_signed__ends_the_bill,
            make=bills.accepted,
        ),
    ),
    planted(
        "MUST-2",
        "one officer accepts alone",
        "Acceptances",
        _ACCEPTANCES,
        "_requireSecond(maker, _acceptanceDigest(a, r), a.deadline, acceptor, Powers.MAKE,"
        " r.terms.faceFen());",
        "",
        test_acceptances.test_accept__rules__answer_in_order,
    ),
    planted(
        "MUST-3",
        "drawn on an invoice that nobody owes",
        "Acceptances",
        _ACCEPTANCES,
        "invoices.requireBacking(d.tradeKey, d.payee, drawer, d.faceFen);",
        "",
        test_acceptances.test_draw__rules__answer_in_order,
    ),
    planted(
        "MUST-4",
        "an acceptor late with one disclosure accepts on",
        "Disclosures",
        _DISCLOSURES,
        "if (late > 0) { revert DisclosuresLate(",
        "if (late > 1) { revert DisclosuresLate(",
        test_acceptances.test_accept__acceptor_late_with_a_disclosure__is_refused,
    ),
    planted(
        "MUST-7",
        "a token path of the standard is open",
        "Bills",
        _BOOK,
        "require(msg.sender == address(0) && msg.data.length == 0, BillsTransferPath());",
        "",
        partial(
            test_bills.test_token_paths__of_the_standard__are_closed,
            call=("transferFrom", "own", "other", "id"),
        ),
    ),
    planted(
        "MUST-9",
        "title moved to who has it",
        "Bills",
        _BILLS,
        "require(to != from, BillsSelf(tokenId, to));",
        "",
        test_bills.test_correct__rules__answer_in_order,
    ),
    planted(
        "MUST-11",
        "a stopped range is paid",
        "Bills",
        _BOOK,
        "require(!_isStopped(tokenId, w), BillsPaymentStopped(",
        "require(tokenId != 0, BillsPaymentStopped(",
        test_bills.test_stop_of_payment__stops_payment_and_nothing_else,
    ),
    planted(
        "MUST-12",
        "a frozen payee cannot refuse what it was tendered",
        "Acceptances",
        _ACCEPTANCES,
        "address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);"
        " _requirePayee(r, party);",
        "address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Full);"
        " _requirePayee(r, party);",
        partial(
            test_acceptances.test_answer_without_agreement__rules__answer_in_order,
            function="refuseDelivery",
        ),
    ),
    planted(
        "MUST-12",
        "whoever is frozen cannot take its request back",
        "Guarantees",
        _TWO_SIDED,
        "address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Owing);",
        "address party = _authorize(msg.sender, Powers.MAKE, 0, 0, Standing.Full);",
        partial(
            test_guarantees.test_request__that_comes_to_nothing__restores_exactly,
            how="withdraw",
            by=test_guarantees.ACCEPTOR,
            closed=WITHDRAWN,
            before="frozen",
        ),
    ),
    planted(
        "MUST-14",
        "a door that anybody opens",
        "Bills",
        _ROOMS,
        "_requireRoom(PendingOp.Delivery); _setDrawersMark(",
        "_setDrawersMark(",
        partial(test_bills.test_door__of_one_room__opens_to_no_other, function="setDrawersMark"),
    ),
    planted(
        "MUST-16",
        "the count of guarantees starts again at none",
        "Bills",
        _ROOMS,
        "require(w.guaranteesPlusOne() != 0, BillsGuarantees(tokenId, w.guarantees()));",
        "",
        test_bills.test_guarantees__more_than_a_range_can_count__are_refused,
    ),
    planted(
        "MUST-17",
        "endorsed on the day after the last one",
        "Endorsements",
        _ENDORSEMENTS,
        "if (today > latest) {",
        "if (today > latest + 1) {",
        test_endorsements.test_endorseSigned__on_the_last_day__is_done_and_after_refused,
    ),
    planted(
        "MUST-17",
        "maturity on the day of drawing",
        "Acceptances",
        _ACCEPTANCES,
        "require(maturity > today, AcceptancesMaturity(",
        "require(maturity >= today, AcceptancesMaturity(",
        test_acceptances.test_draw__rules__answer_in_order,
    ),
    planted(
        "MUST-19",
        "refused once, asks to guarantee again and again",
        "Guarantees",
        _GUARANTEES,
        "require(!_refused[t.tokenId][requester], GuaranteesRefused(t.tokenId, requester));",
        "",
        test_guarantees.test_holder__ends_a_request_and_is_not_locked_again,
    ),
    planted(
        "MUST-19",
        "strangers present what was dishonoured",
        "Presentations",
        _PRESENTATIONS,
        "_requirePair(v, v.word.dishonour() == 0);",
        "",
        test_presentations.test_presentDue__dishonoured_range__is_refused,
    ),
    planted(
        "MUST-20",
        "a fen is lost where a payer's claim is divided",
        "Recourse",
        _CLAIMS,
        "return (parts[0], parts[1]);",
        "uint256 sum = frontFen + backFen;"
        " return (paidFen * frontFen / sum, paidFen * backFen / sum);",
        _by_name(test_recourse_chains.test_basis__divided__is_the_largest_remainder),
    ),
    planted(
        "MUST-21",
        "a signature for another state of the range",
        "Endorsements",
        _ENDORSEMENTS,
        "require(w.acts() == e.acts, IBills.BillsActs(e.tokenId, w.acts(), e.acts));",
        "",
        test_endorsements.test_endorseSigned__used_once__never_again,
    ),
    planted(
        "MUST-22",
        "a number is drawn a second time",
        "Bills",
        _ROOMS,
        "require(_terms[billNo].faceFen() == 0, BillsExists(billNo));",
        "",
        test_acceptances.test_draw__rules__answer_in_order,
    ),
    planted(
        "MUST-26",
        "one officer of the register corrects alone",
        "Bills",
        _BILLS,
        "_requireSecond(approver, digest, c.deadline, party, Powers.CHECK, 0);",
        "",
        test_bills.test_correct__rules__answer_in_order,
    ),
    planted(
        "GRT-1",
        "the drawer guarantees its own bill",
        "Guarantees",
        _GUARANTEES,
        "t.guarantor == b.payee || _isDebtor(t.tokenId, b, t.guarantor);",
        "t.guarantor == b.payee;",
        partial(
            test_guarantees.test_guarantor__debtor_or_holder__is_refused,
            guarantor=test_guarantees.DRAWER,
        ),
    ),
    planted(
        "GRT-2",
        "a guarantee covers the piece beside it",
        "Guarantees",
        _GUARANTEES,
        "return g.first <= _firstOf(tokenId) && _lastOf(tokenId) <= g.last;",
        "return _lastOf(tokenId) <= g.last;",
        test_guarantees.test_guarantee__follows_every_piece_and_nothing_else,
    ),
    planted(
        "GRT-2",
        "a guarantee is lost with the first division",
        "Guarantees",
        _GUARANTEES,
        "return g.first <= _firstOf(tokenId) && _lastOf(tokenId) <= g.last;",
        "return g.first == _firstOf(tokenId) && _lastOf(tokenId) == g.last;",
        test_guarantees.test_guarantee__follows_every_piece_and_nothing_else,
    ),
    _with_doors(
        "DIS-1",
        "what has ended stays in the acceptor's balance",
        _DISCLOSURES,
        "a.balanceFen -= uint56(amountFen);",
        "",
        test_disclosures.test_book_and_unbook__balance_and_total,
    ),
    _with_doors(
        "DIS-1",
        "what was overdue and paid stays in the balance",
        _LIST,
        "a.balanceFen -= amount;",
        "",
        test_disclosures.test_overdue__counts_a_bill_once_and_its_ranges_by_amount,
    ),
    _with_doors(
        "DIS-2",
        "what was overdue and paid stays overdue",
        _LIST,
        "a.overdueBalanceFen -= amount;",
        "",
        test_disclosures.test_overdue__counts_a_bill_once_and_its_ranges_by_amount,
    ),
    _with_doors(
        "DIS-2",
        "a bill is an event for each of its ranges",
        _LIST,
        "bool counted = b.day == 0;",
        "bool counted = true;",
        test_disclosures.test_overdue__counts_a_bill_once_and_its_ranges_by_amount,
    ),
    planted(
        "DIS-3",
        "a bill stated twice counts twice as disclosed",
        "Disclosures",
        _DISCLOSURES,
        "if (matches && !d.ended) _leaveDesk(",
        "if (matches) _leaveDesk(",
        test_bill_disclosures.test_an_edit__closes_the_gate_and_is_seen_by_who_checked,
    ),
    planted(
        "DIS-3",
        "any statement ends the clock",
        "Disclosures",
        _DISCLOSURES,
        "if (matches && !d.ended) _leaveDesk(",
        "if (!d.ended && d.day == 0) _leaveDesk(",
        test_bill_disclosures.test_a_statement_that_differs__does_not_end_the_clock,
    ),
    _with_doors(
        "X2",
        "a month stated on the tenth is late",
        _DISCLOSURES,
        "bool late = today > Days.monthEnd(month) +",
        "bool late = today >= Days.monthEnd(month) +",
        partial(test_disclosures.test_month__after_the_tenth__is_late, day=10, is_late=False),
    ),
    _with_doors(
        "X4",
        "listed only with one event more",
        _LIST,
        "listed[i] = events >= l.count &&",
        "listed[i] = events > l.count &&",
        _lists_as_the_rules_say,
    ),
    _with_doors(
        "X4",
        "cleared by word alone",
        _DISCLOSURES,
        "overdueFen == 0 && late == 0 && disclosedMonth + 1 == month,",
        "late == 0 && disclosedMonth + 1 == month,",
        _clearing_lifts_only_what_is_cleared,
    ),
    _with_doors(
        "X5",
        "banned only after one month more",
        _LIST,
        "if (times >= l.persistentCount) return",
        "if (times > l.persistentCount) return",
        _lists_as_the_rules_say,
    ),
    _with_doors(
        "X5",
        "a ban removed comes back next month",
        _DISCLOSURES,
        "_desks[acceptor].removedMonth = month;",
        "if (acceptor == address(0)) _desks[acceptor].removedMonth = month;",
        test_disclosures.test_removal__cause_not_credit__ends_the_ban_and_what_led_to_it,
    ),
    _with_doors(
        "X7",
        "every book agrees with the register",
        _DISCLOSURES,
        "matches = bookBalanceFen == balanceFen;",
        "matches = true;",
        test_disclosures.test_reconcile__book_beside_the_register,
    ),
    planted(
        "B5",
        "cleared out a day early",
        "Acceptances",
        _ACCEPTANCES,
        "require(_today() >= r.terms.maturity(),",
        "require(_today() + 1 >= r.terms.maturity(),",
        partial(
            test_acceptances.test_clearOut__at_maturity__ends_what_was_not_delivered,
            make=bills.drawn,
            cause=bills.UNUSED,
            before=0,
        ),
    ),
    planted(
        "B15",
        "anybody lifts a mark",
        "Endorsements",
        _ENDORSEMENTS,
        "require(other == needed, IBills.BillsParty(m.tokenId, other, needed));",
        "",
        test_endorsements.test_liftMarkSigned__rules__answer_in_order,
    ),
    planted(
        "B41",
        "who lost the title still passes the range on",
        "Endorsements",
        _ENDORSEMENTS,
        "require(holder == e.from, IBills.BillsParty(partId, e.from, holder));",
        "",
        test_endorsements.test_takeEndorsement__holder_changed_by_order_meanwhile__is_refused,
    ),
    planted(
        "B42",
        "one officer of the register revokes a pending act alone",
        "Endorsements",
        _ENDORSEMENTS,
        "_requireSecond(approver, _hashTypedData(structHash), deadline, party, Powers.CHECK, 0);",
        "",
        test_endorsements.test_revokePending__rules__answer_in_order,
    ),
    planted(
        "B43",
        "lapsed on the last day of the two years",
        "Presentations",
        _PRESENTATIONS,
        "require(today > last, PresentationsDay(tokenId, today, last + 1, type(uint32).max));"
        " bills.end(",
        "require(today >= last, PresentationsDay(tokenId, today, last + 1, type(uint32).max));"
        " bills.end(",
        partial(
            test_presentations.test_lapse__after_24_months__ends_the_bill_act,
            before=test_presentations._resting,
        ),
    ),
)
