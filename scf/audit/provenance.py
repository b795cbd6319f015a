"""
Where units came from and went: splits, hops, financing, payment, as a graph.

A box is one stay of units with one holder. What comes back to a holder after it has passed some on
begins a new stay, so that the graph runs forward only; what stayed meanwhile is drawn dashed.
`GRAPHS` says how each kind of thing is drawn; the next instrument moves its own units through the
same `Stays`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from scf.audit.bill_provenance import bill_graph
from scf.audit.gathering import key_text
from scf.audit.layering import Edge, Graph, Node
from scf.audit.records import StoredEvent, Subject
from scf.audit.rooms.telling import Telling, iso_day
from scf.audit.store import Store
from scf.audit.subjects import subject_of
from scf.errors import UsageError
from scf.model.folding.state import NOBODY

_HUBS_MAX = 40


@dataclass(slots=True)
class _Stay:
    id: str
    holder: str
    amount: int = 0
    passed_on: bool = False
    tone: str = ""


@dataclass(slots=True)
class Stays:
    """Boxes and arrows while units move, in the order of the chain."""

    tell: Telling
    stays: list[_Stay] = field(default_factory=list)
    others: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    _now: dict[tuple[str, str], _Stay] = field(default_factory=dict)

    def origin(self, id_: str, lines: Sequence[str], tone: str = "") -> None:
        """A box that units come from or end in."""
        if all(node.id != id_ for node in self.others):
            self.others.append(Node(id=id_, lines=tuple(lines), tone=tone))

    def link(self, source: str, target: str, lines: Sequence[str] = (), tone: str = "") -> None:
        """An arrow between two boxes of `origin`."""
        self.edges.append(Edge(source=source, target=target, lines=tuple(lines), tone=tone))

    def arrive(
        self, asset: str, to: str, amount: int, source: str, lines: Sequence[str], tone: str = ""
    ) -> None:
        """Units reach a holder from a box."""
        now = self._now.get((asset, to))
        if now is None or now.passed_on:
            stay = _Stay(f"{asset}/{len(self.stays)}", to)
            self.stays.append(stay)
            self._now[asset, to] = stay
            if now is not None and now.amount:
                kept = (f"{self.tell.fen(now.amount)} kept",)
                self.link(now.id, stay.id, kept, "kept")
                stay.amount, now.amount = now.amount, 0
            now = stay
        now.amount += amount
        if tone == "deal":
            now.tone = "deal"
        self.link(source, now.id, lines, tone)

    def leave(self, asset: str, holder: str, amount: int) -> str:
        """Units leave a holder; the box that they leave."""
        now = self._now[asset, holder]
        now.passed_on = True
        now.amount -= amount
        return now.id

    def graph(self, title: str) -> Graph:
        """All of it."""
        boxes = [Node(id=stay.id, lines=self._lines(stay), tone=stay.tone) for stay in self.stays]
        return Graph(title=title, nodes=(*self.others, *boxes), edges=tuple(self.edges))

    def _lines(self, stay: _Stay) -> tuple[str, ...]:
        name = self.tell.party(stay.holder)
        return (name, f"holds {self.tell.fen(stay.amount)}") if stay.amount else (name,)


def provenance(
    store: Store, subject: Subject, *, tell: Telling | None = None, until: int | None = None
) -> Graph:
    """
    The graph of a thing up to a place of the store.

    Raises:
        UsageError: a kind of thing that no units pass through.
    """
    make = GRAPHS.get(subject.kind)
    if make is None:
        raise UsageError("kind", subject.kind, f"one of {', '.join(GRAPHS)}, which have a graph")
    return make(store, subject, tell or Telling(), until)


def _certificate(store: Store, subject: Subject, tell: Telling, until: int | None) -> Graph:
    stays = Stays(tell)
    _walk(store, subject, stays, until)
    return stays.graph(f"Certificate {subject.key[:14]}…")


def _invoice(store: Store, subject: Subject, tell: Telling, until: int | None) -> Graph:
    stays = Stays(tell)
    events = store.events_of(subject, until=until)
    amounts = [item.args["amountFen"] for item in events if item.name.startswith("InvoiceReg")]
    lines = [f"Invoice {subject.key[:12]}…"]
    lines += [f"over {tell.fen(amounts[-1])}"] if amounts else []
    stays.origin("invoice", lines, "note")
    for event in events:
        if event.name == "CertificateOpened":
            key = key_text(event.args["id"])
            _walk(store, subject_of(store, key, kind="certificate"), stays, until)
            stays.link("invoice", f"{key}/opened")
    return stays.graph(f"What invoice {subject.key[:14]}… backs")


def _of_its_certificate(store: Store, subject: Subject, tell: Telling, until: int | None) -> Graph:
    for event in store.events_of(subject, until=until):
        for name in ("id", "certificateId"):
            if name in event.args:
                key = key_text(event.args[name])
                return _certificate(store, subject_of(store, key, kind="certificate"), tell, until)
    raise UsageError("id", subject.key, "the id of something that moved a certificate")


def _party(store: Store, subject: Subject, tell: Telling, until: int | None) -> Graph:
    """With whom it dealt: certificate units that came in and went out, added up."""
    came: Counter[str] = Counter()
    went: Counter[str] = Counter()
    for event in store.events_of(subject, until=until):
        if event.name == "TransferSingle":
            from_, to = event.args["from"], event.args["to"]
            if from_ == subject.key:
                went[to] += event.args["amount"]
            elif to == subject.key:
                came[from_] += event.args["amount"]
    stays = Stays(tell)
    stays.origin("own", (tell.party(subject.key), "certificate units, all added up"), "deal")
    for other, amount in came.most_common(_HUBS_MAX):
        name = "opened for it" if other == NOBODY else tell.party(other)
        stays.origin(f"from/{other}", (name,), "good" if other == NOBODY else "")
        stays.link(f"from/{other}", "own", (tell.fen(amount),))
    for other, amount in went.most_common(_HUBS_MAX):
        name = "paid or ended" if other == NOBODY else tell.party(other)
        stays.origin(f"to/{other}", (name,), "good" if other == NOBODY else "")
        stays.link("own", f"to/{other}", (tell.fen(amount),))
    return stays.graph(f"Dealings of {tell.party(subject.key)}")


def _walk(store: Store, subject: Subject, stays: Stays, until: int | None) -> None:
    """The life of one certificate, transaction by transaction."""
    events = store.events_of(subject, until=until)
    for _, group in groupby(events, key=attrgetter("tx_hash")):
        _act(list(group), subject.key, stays)


def _act(events: Sequence[StoredEvent], key: str, stays: Stays) -> None:
    tell = stays.tell
    named = {event.name: event for event in events}
    recourse = {
        event.args["to"]: tell.recourse(event.args["recourse"])
        for event in events
        if event.name == "RecourseUndertaken"
    }
    for event in events:
        if event.name == "CertificateOpened":
            who = f"{tell.party(event.args['debtor'])} → {tell.party(event.args['supplier'])}"
            due = f"due {iso_day(event.args['dueDay'])}"
            words = (f"Opened {iso_day(event.day)}", who, due, f"{key[:12]}…")
            stays.origin(f"{key}/opened", words, "note")
    for event in events:
        if event.name != "TransferSingle":
            continue
        from_, to, amount = event.args["from"], event.args["to"], event.args["amount"]
        day = iso_day(event.day)
        if from_ == NOBODY:
            stays.arrive(key, to, amount, f"{key}/opened", (tell.fen(amount),))
            continue
        source = stays.leave(key, from_, amount)
        if to == NOBODY:
            end, said, tone = _end(named, event)
            stays.origin(end, said, tone)
            stays.link(source, end, (tell.fen(amount),), tone)
            continue
        more, tone = _hop(named, tell)
        lines: tuple[str, ...] = (tell.fen(amount), day, *more)
        if to in recourse:
            lines = (*lines, f"{recourse[to]} recourse")
        stays.arrive(key, to, amount, source, lines, tone)


def _end(named: Mapping[str, StoredEvent], event: StoredEvent) -> tuple[str, Sequence[str], str]:
    day = iso_day(event.day)
    if "CertificatePaid" in named:
        return f"{event.tx_hash}/paid", ("Paid", day), "good"
    if "CertificateRetired" in named:
        return f"{event.tx_hash}/paid", ("Paid early", day), "good"
    return f"{event.tx_hash}/ended", ("Cancelled", day), "bad"


def _hop(named: Mapping[str, StoredEvent], tell: Telling) -> tuple[tuple[str, ...], str]:
    if sold := named.get("CertificateSold"):
        args, deal = sold.args, named.get("FactoredWithRecourse")
        moved = named["TransferSingle"].args["amount"]
        financed = deal.args["advanceFen"] if deal else moved
        price = financed - args["interestFen"] - args["feeFen"]
        return (f"sold for {tell.fen(price)}",), "deal"
    if back := named.get("BoughtBack"):
        return (f"bought back for {tell.fen(back.args['paidFen'])}",), "deal"
    if claimed := named.get("RecoursePaid"):
        return (f"back for a claim of {tell.fen(claimed.args['paidFen'])}",), "deal"
    if enforced := named.get("PledgeSold"):
        return (f"sold out of a pledge for {tell.fen(enforced.args['priceFen'])}",), "bad"
    if "CertificateMovedByOrder" in named:
        return ("legal order",), "bad"
    return (), ""


Make = Callable[[Store, Subject, Telling, "int | None"], Graph]

GRAPHS: Mapping[str, Make] = {
    "certificate": _certificate,
    "invoice": _invoice,
    "bill": bill_graph,
    "range": bill_graph,
    "party": _party,
    "pending": _of_its_certificate,
    "quote": _of_its_certificate,
    "receipt": _of_its_certificate,
}
