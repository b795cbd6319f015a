"""Where the sub-ranges of a bill went: division, endorsement, payment, dishonour, recourse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from scf.audit.gathering import ranges_of
from scf.audit.layering import Edge, Graph, Node
from scf.audit.records import StoredEvent, Subject
from scf.audit.rooms.telling import Telling, bill_text, iso_day, range_text
from scf.audit.store import Store
from scf.audit.subjects import subject_of
from scf.model.folding.state import NOBODY

_BILL_SHIFT = 80
_HOW = (
    # event beside the Transfer: how it is told, tone
    ("Endorsed", "endorsed", ""),
    ("BillDiscounted", "discounted", "deal"),
    ("BillRedeemed", "redeemed", "deal"),
    ("BillPledged", "pledged", "deal"),
    ("BillPledgeReleased", "released from pledge", ""),
    ("CollectedOnline", "collected online", "deal"),
    ("SettlementTaken", "settled in recourse", "deal"),
    ("TitleTransferred", "title by order", "bad"),
    ("DeliveryTaken", "delivered", "note"),
)
_ENDS = (
    # event that ends a range: the box, tone
    ("BillPaid", "Paid", "good"),
    ("BillLapsed", "Lapsed", "bad"),
    ("BillTerminated", "Ended unused", "bad"),
)


@dataclass(slots=True)
class _Drawing:
    """Boxes and arrows of one bill; `now` is the latest box of each range."""

    tell: Telling
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    now: dict[int, str] = field(default_factory=dict)

    def box(self, lines: Sequence[str], tone: str = "") -> str:
        id_ = f"n{len(self.nodes)}"
        self.nodes.append(Node(id=id_, lines=tuple(lines), tone=tone))
        return id_

    def arrow(self, source: str, target: str, lines: Sequence[str] = (), tone: str = "") -> None:
        self.edges.append(Edge(source=source, target=target, lines=tuple(lines), tone=tone))


def bill_graph(store: Store, subject: Subject, tell: Telling, until: int | None) -> Graph:
    """A whole bill, or the bill that a sub-range is of."""
    key = subject.key
    if subject.kind == "range":
        key = f"0x{int(key, 16) >> _BILL_SHIFT:064x}"
    subjects = [subject_of(store, key, kind="bill"), *ranges_of(store, key)]
    events = {
        event.place: event for item in subjects for event in store.events_of(item, until=until)
    }
    drawing = _Drawing(tell)
    ordered = [events[place] for place in sorted(events)]
    for _, group in groupby(ordered, key=attrgetter("tx_hash")):
        _act(drawing, list(group))
    title = f"Bill {bill_text(int(key, 16))}"
    return Graph(title=title, nodes=tuple(drawing.nodes), edges=tuple(drawing.edges))


def _act(drawing: _Drawing, events: Sequence[StoredEvent]) -> None:
    named = {event.name: event for event in events}
    day = iso_day(events[0].day)
    for event in events:
        args = event.args
        if event.name == "Transfer" and args["from"] == NOBODY and "BillIssued" in named:
            drawing.now[args["id"]] = drawing.box(
                (f"Drawn {day}", drawing.tell.party(args["to"]), _shown(args["id"])), "note"
            )
        elif event.name == "Transfer" and _is_hop(drawing, args, named):
            _passed(drawing, args["id"], args["to"], day, named)
        elif event.name == "RangeDivided":
            _divided(drawing, args, day)
        elif event.name == "RangesMerged":
            merged = drawing.box((f"{_shown(args['parentId'])} again", day))
            for part in (args["partId"], args["restId"]):
                if part in drawing.now:
                    drawing.arrow(drawing.now.pop(part), merged, (), "kept")
            drawing.now[args["parentId"]] = merged
        elif event.name in ("BillDishonoured", "PursuitOpened"):
            _noted(drawing, event, day)
    _ended(drawing, named, day)


def _is_hop(drawing: _Drawing, args: Mapping[str, Any], named: Mapping[str, StoredEvent]) -> bool:
    """From one holder to another, or a part divided off and made out to its new holder at once."""
    if NOBODY not in (args["from"], args["to"]):
        return True
    is_made = args["from"] == NOBODY and args["id"] in drawing.now
    return is_made and any(name in named for name, _, _ in _HOW)


def _passed(
    drawing: _Drawing, id_: int, to: str, day: str, named: Mapping[str, StoredEvent]
) -> None:
    how, tone = next(
        ((told, tone) for name, told, tone in _HOW if name in named), ("passed on", "")
    )
    box = drawing.box((drawing.tell.party(to), _shown(id_)), tone if tone == "deal" else "")
    if id_ in drawing.now:
        drawing.arrow(drawing.now[id_], box, (how, day), tone)
    drawing.now[id_] = box


def _divided(drawing: _Drawing, args: Mapping[str, int], day: str) -> None:
    source = drawing.now.pop(args["parentId"], None)
    for part in (args["partId"], args["restId"]):
        box = drawing.box((_shown(part), f"divided {day}"))
        if source is not None:
            drawing.arrow(source, box, (), "kept")
        drawing.now[part] = box


def _noted(drawing: _Drawing, event: StoredEvent, day: str) -> None:
    id_ = event.args["tokenId"]
    words = "Dishonoured" if event.name == "BillDishonoured" else "Pursued"
    box = drawing.box((words, day), "bad")
    if id_ in drawing.now:
        drawing.arrow(drawing.now[id_], box, (), "bad")
    drawing.now[id_] = box


def _ended(drawing: _Drawing, named: Mapping[str, StoredEvent], day: str) -> None:
    for name, words, tone in _ENDS:
        event = named.get(name)
        if event is None:
            continue
        ids = [event.args["tokenId"]] if "tokenId" in event.args else list(drawing.now)
        for id_ in ids:
            if id_ in drawing.now:
                amount = event.args.get("amountFen")
                lines = (drawing.tell.fen(amount),) if amount is not None else ()
                box = drawing.box((words, day), tone)
                drawing.arrow(drawing.now.pop(id_), box, lines, tone)


def _shown(id_: int) -> str:
    text = range_text(id_)
    return "whole bill" if text == "whole" else f"units {text}"
