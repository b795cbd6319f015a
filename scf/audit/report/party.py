"""
A report for one party: its own balances, its own hops, its own debts; nothing of anybody else.

Those it dealt with directly are named as it knows them; who stands behind them, and with how much,
is left out altogether (receivables §11).
"""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from scf.audit.dues import late_interest, pay_day
from scf.audit.reading import Move, Way
from scf.audit.report.blocks import Column, Page, Section, Table, Tile, Tiles, Words
from scf.audit.report.scope import OWED, Scope, asset, cut, fen
from scf.audit.rooms.telling import iso_day, short
from scf.errors import UsageError
from scf.model.bill_enums import RecordKind
from scf.model.bill_numbers import NUMBER_DIGITS
from scf.model.folding.state import NOBODY


def party_page(scope: Scope, party: str) -> Page:
    """
    What one party may see of the ledger.

    Raises:
        UsageError: no such party.
    """
    if party not in scope.state.parties:
        raise UsageError("for", party, "an enrolled party")
    return Page(
        title=f"Statement for {scope.party(party)}",
        subtitle=f"供应链金融账本对账单 · as of {iso_day(scope.day)}, block {scope.reading.block}",
        notice="For this party only: shows its own dealings and nothing of other parties' amounts.",
        facts=tuple(scope.identity),
        sections=(
            _own_totals(scope, party),
            _own_holdings(scope, party),
            _own_debts(scope, party),
            _own_moves(scope, party),
            _own_sales(scope, party),
            _own_bills(scope, party),
            _own_method(scope),
        ),
    )


def _own_totals(scope: Scope, party: str) -> Section:
    state = scope.state
    held = sum(held.get(party, 0) for held in state.holdings.values())
    locked = sum(amount for (_, holder), amount in state.locks.items() if holder == party)
    tiles = [
        Tile(label="Certificates held", value=fen(held)),
        Tile(label="Locked by own requests", value=fen(locked)),
        Tile(label="Money", value=fen(state.cash.get(party, 0))),
    ]
    account = state.debtors.get(party)
    if account is not None and (account.outstanding_fen or account.limit_fen):
        tiles += [
            Tile(label="Promised and not paid", value=fen(account.outstanding_fen)),
            Tile(label="Limit for promises", value=fen(account.limit_fen)),
        ]
    return Section(
        id="totals",
        title="Balances (余额)",
        blocks=(Tiles(tiles=tiles),),
        obtained="The party's own entries in the books.",
    )


def _own_holdings(scope: Scope, party: str) -> Section:
    rows = []
    for id_, held in scope.state.holdings.items():
        amount = held.get(party, 0)
        if not amount:
            continue
        certificate = scope.state.certificates[id_]
        late = late_interest(scope.state, certificate, amount, scope.day)
        rows.append(
            (
                asset(id_),
                scope.party(certificate.debtor),
                fen(amount),
                fen(scope.state.locks.get((id_, party), 0)),
                iso_day(pay_day(scope.state, certificate.due_day)),
                certificate.status.name.lower(),
                fen(late) if late and certificate.status in OWED else "",
            )
        )
    table = Table(
        caption="What the party holds",
        columns=(
            Column(head="Certificate", kind="id"),
            Column(head="Debtor"),
            Column(head="Held", kind="figure"),
            Column(head="Locked", kind="figure"),
            Column(head="Paid on", kind="day"),
            Column(head="Status"),
            Column(head="Late interest", kind="figure"),
        ),
        rows=rows,
        empty="it holds nothing",
    )
    return Section(
        id="holdings",
        title="Holdings (持有)",
        blocks=(cut(table),),
        obtained="Units of each certificate in the party's name. The debtor is named because its "
        "promise is what is held; late interest as if paid today (R802-4).",
    )


def _own_debts(scope: Scope, party: str) -> Section:
    rows = [
        (
            asset(id_),
            scope.party(item.supplier),
            fen(item.face_fen),
            fen(scope.state.outstanding[id_]),
            iso_day(pay_day(scope.state, item.due_day)),
            item.status.name.lower(),
        )
        for id_, item in scope.state.certificates.items()
        if item.debtor == party
    ]
    table = Table(
        caption="What the party promised",
        columns=(
            Column(head="Certificate", kind="id"),
            Column(head="First holder"),
            Column(head="Face", kind="figure"),
            Column(head="Unpaid", kind="figure"),
            Column(head="Paid on", kind="day"),
            Column(head="Status"),
        ),
        rows=rows,
        empty="it promised nothing",
    )
    return Section(
        id="debts",
        title="Own promises (承诺)",
        blocks=(cut(table),),
        obtained="Certificates whose debtor the party is; who holds them now is not shown.",
    )


def _own_moves(scope: Scope, party: str) -> Section:
    own = [move for move in scope.reading.moves if party in (move.from_party, move.to_party)]
    rows = [
        (
            iso_day(move.day),
            short(move.asset),
            *_other_side(scope, party, move),
            str(move.way),
            short(move.tx),
        )
        for move in own
    ]
    table = Table(
        caption="Every hop the party took part in",
        columns=(
            Column(head="Day", kind="day"),
            Column(head="Certificate", kind="id"),
            Column(head="With"),
            Column(head="In", kind="figure"),
            Column(head="Out", kind="figure"),
            Column(head="How"),
            Column(head="Transaction", kind="id"),
        ),
        rows=rows,
        empty="nothing moved",
    )
    return Section(
        id="moves",
        title="Hops (流转)",
        blocks=(cut(table),),
        obtained="Moves of units into and out of the party's name, in the order of the chain.",
    )


def _other_side(scope: Scope, party: str, move: Move) -> tuple[str, str, str]:
    came = move.to_party == party
    other = move.from_party if came else move.to_party
    if other == NOBODY:
        with_ = "the debtor, who paid" if move.way == Way.PAID else "-"
    else:
        with_ = scope.party(other)
    amount = fen(move.amount_fen)
    return (with_, amount, "") if came else (with_, "", amount)


def _own_sales(scope: Scope, party: str) -> Section:
    sales = sorted((*scope.reading.sales, *scope.reading.bill_sales), key=attrgetter("place"))
    own = [sale for sale in sales if party in (sale.seller, sale.funder)]
    table = Table(
        caption="Parts sold and bought",
        columns=(
            Column(head="Day", kind="day"),
            Column(head="Certificate or bill", kind="id"),
            Column(head="With"),
            Column(head="Side"),
            Column(head="Part", kind="figure"),
            Column(head="Interest", kind="figure"),
            Column(head="Fee", kind="figure"),
            Column(head="Filing receipt", kind="id"),
        ),
        rows=[
            (
                iso_day(sale.day),
                short(sale.asset) if sale.asset.startswith("0x") else sale.asset,
                scope.party(sale.funder if sale.seller == party else sale.seller),
                "sold" if sale.seller == party else "bought",
                fen(sale.amount_fen),
                fen(sale.interest_fen),
                fen(sale.fee_fen),
                short(sale.receipt),
            )
            for sale in own
        ],
        empty="nothing was sold or bought",
    )
    sums: Counter[str] = Counter()
    for sale in own:
        sums["sold" if sale.seller == party else "bought"] += sale.amount_fen
    words = ", ".join(f"{side} {fen(amount)}" for side, amount in sums.items())
    return Section(
        id="sales",
        title="Financing (融资)",
        blocks=(cut(table), *((Words(text=f"In all: {words}."),) if words else ())),
        obtained="Sales and discounts in which the party was seller or funder (R77-6).",
    )


def _own_bills(scope: Scope, party: str) -> Section:
    own = [item for item in scope.bills_owed() if party in (item.holder, item.acceptor)]
    held = Table(
        caption="Parts of bills that the party holds",
        columns=(
            Column(head="Sub-range", kind="id"),
            Column(head="Acceptor"),
            Column(head="Amount", kind="figure"),
            Column(head="Paid on", kind="day"),
            Column(head="How it stands"),
        ),
        rows=[
            (
                str(item.part),
                scope.party(item.acceptor),
                fen(item.amount_fen),
                iso_day(item.pay_day),
                item.word.flag.name.lower().replace("_", " "),
            )
            for item in own
            if item.holder == party
        ],
        empty="it holds none",
    )
    owed: Counter[int] = Counter()
    for item in own:
        if item.acceptor == party:
            owed[item.part.bill_no] += item.amount_fen
    accepted = Table(
        caption="Bills that the party accepted and that have not ended",
        columns=(
            Column(head="Bill", kind="id"),
            Column(head="Face", kind="figure"),
            Column(head="Not ended", kind="figure"),
            Column(head="Paid on", kind="day"),
        ),
        rows=[
            (
                f"{number:0{NUMBER_DIGITS}d}",
                fen(scope.state.bills.bills[number].face_fen),
                fen(amount),
                iso_day(pay_day(scope.state, scope.state.bills.bills[number].maturity)),
            )
            for number, amount in owed.items()
        ],
        empty="it accepted none",
    )
    return Section(
        id="bills",
        title="Bills (商业汇票)",
        blocks=(cut(held), cut(accepted), cut(_own_steps(scope, party))),
        obtained="Sub-ranges in the party's name, bills of which it is the acceptor (who holds "
        "them now is not shown), and the records of chains in which it stands.",
    )


def _own_steps(scope: Scope, party: str) -> Table:
    """Endorsements to the party and by it; nothing of those before and after them."""
    own, rows = scope.state.bills, []
    for (number, _), record in own.records.items():
        before = own.records.get((number, record.previous))
        giver = before.party if before else own.bills[number].payee
        if record.kind != RecordKind.MARK_LIFTED and party in (giver, record.party):
            rows.append(
                (
                    iso_day(record.day),
                    f"{number:0{NUMBER_DIGITS}d}",
                    record.kind.name.lower(),
                    scope.party(giver if record.party == party else record.party),
                    "taken" if record.party == party else "given",
                )
            )
    return Table(
        caption="Endorsements to the party and by it",
        columns=(
            Column(head="Day", kind="day"),
            Column(head="Bill", kind="id"),
            Column(head="What"),
            Column(head="With"),
            Column(head="Side"),
        ),
        rows=sorted(rows),
        empty="it endorsed nothing, and nothing was endorsed to it",
    )


def _own_method(scope: Scope) -> Section:
    return Section(
        id="method",
        title="How the figures were obtained (取数方法)",
        blocks=(
            Words(
                text="From the events of the ledger's contracts up to block "
                f"{scope.reading.block} ({scope.reading.block_hash}), folded into books; of these, "
                "only what this party took part in is shown."
            ),
        ),
    )
