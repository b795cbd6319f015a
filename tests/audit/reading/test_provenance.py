"""Graphs of where units went, and how they are drawn."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from scf.audit.drawing import NODES_MAX, draw
from scf.audit.gathering import key_text
from scf.audit.layering import Edge, Graph, Node, lay_out, text_width
from scf.audit.provenance import GRAPHS, provenance
from scf.audit.records import Subject
from scf.audit.rooms.telling import Telling
from scf.audit.store import Store
from scf.audit.subjects import find_subjects, subject_of
from scf.errors import UsageError
from tests.audit.reading.tales import Tale

SVG = "{http://www.w3.org/2000/svg}"


def graph_of(*edges: tuple[str, str]) -> Graph:
    names = dict.fromkeys(name for edge in edges for name in edge)
    return Graph(
        title="a graph",
        nodes=tuple(Node(id=name, lines=(name,)) for name in names),
        edges=tuple(Edge(source=a, target=b, lines=("1.00",)) for a, b in edges),
    )


@pytest.fixture(scope="module")
def paid(store: Store, tale: Tale, tell: Telling) -> Graph:
    return provenance(store, subject_of(store, key_text(tale.paid)), tell=tell)


def test_certificate__is_drawn_with_splits_sale_and_payment(paid: Graph) -> None:
    lines = Counter(node.lines[0] for node in paid.nodes)
    tones = Counter(edge.tone for edge in paid.edges)
    said = {edge.lines for edge in paid.edges}

    assert lines["supplier"] == 2, "it came back: a second stay"
    assert lines["Paid"] == 1
    assert lines["bank"] == lines["tier2"] == lines["tier3"] == 1
    assert tones["good"] == 4, "four holders were paid"
    assert tones["kept"] == 1
    assert ("250,000.00", "2026-03-02", "sold for 248,740.00") in said
    assert ("400,000.00 kept",) in said


def test_units__come_in_as_they_go_out(paid: Graph) -> None:
    """At every stay between opening and payment nothing is lost and nothing is made."""
    came: Counter[str] = Counter()
    went: Counter[str] = Counter()
    for edge in paid.edges:
        amount = int(edge.lines[0].split()[0].replace(",", "").replace(".", ""))
        came[edge.target] += amount
        went[edge.source] += amount

    inner = came.keys() & went.keys()
    assert len(inner) == 5
    assert {id_: came[id_] for id_ in inner} == {id_: went[id_] for id_ in inner}


def test_order_and_what_is_left__are_shown(store: Store, tale: Tale, tell: Telling) -> None:
    graph = provenance(store, subject_of(store, key_text(tale.frozen)), tell=tell)

    assert any(edge.tone == "bad" and "legal order" in edge.lines for edge in graph.edges)
    assert ("supplier", "holds 350,000.00") in {node.lines for node in graph.nodes}


def test_invoice__leads_to_what_it_backs(store: Store, tale: Tale, tell: Telling) -> None:
    graph = provenance(store, subject_of(store, "0x" + tale.invoice.hex()), tell=tell)

    assert graph.nodes[0].lines[1] == "Opened 2026-03-02" or any(
        edge.source == "invoice" for edge in graph.edges
    )


def test_party__stands_between_those_it_dealt_with(store: Store, tale: Tale, tell: Telling) -> None:
    tier2 = tale.world.actors["tier2"].id
    graph = provenance(store, subject_of(store, tier2, kind="party"), tell=tell)

    assert {edge.lines[0] for edge in graph.edges if edge.source == "own"} == {
        "250,000.00",
        "200,000.00",
        "100,000.00",
        "50,000.00",
    }


def test_every_kind_with_a_graph__can_be_drawn(store: Store, tell: Telling) -> None:
    drawn = Counter[str]()
    for subject in find_subjects(store):
        if subject.kind in GRAPHS:
            ET.fromstring(draw(provenance(store, subject, tell=tell)))  # noqa: S314 - our own
            drawn[subject.kind] += 1

    assert set(drawn) == set(GRAPHS) - {"bill", "range"}, "these are in test_bills"


def test_kind_without_a_graph__is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="which have a graph"):
        provenance(store, Subject(id=1, kind="rule", key="0x00"))


# Layout


def test_columns__follow_the_longest_path() -> None:
    places = lay_out(graph_of(("a", "b"), ("b", "c"), ("a", "c"))).places

    assert [places[name].column for name in "abc"] == [0, 1, 2]
    assert places["a"].x < places["b"].x < places["c"].x


def test_boxes__never_overlap() -> None:
    edges = [(f"a{i}", f"b{j}") for i in range(6) for j in range(6) if (i * j) % 3 != 1]
    edges += [(f"b{j}", "end") for j in range(6)] + [("a0", "end")]
    layout = lay_out(graph_of(*edges))

    boxes = list(layout.places.values())
    for at, one in enumerate(boxes):
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= layout.width
        assert one.y + one.height <= layout.height
        for two in boxes[at + 1 :]:
            if one.column == two.column:
                assert one.y + one.height <= two.y + 0.01 or two.y + two.height <= one.y + 0.01


def test_long_edge__passes_every_column() -> None:
    layout = lay_out(graph_of(("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")))

    assert [layout.places[id_].column for id_ in layout.paths[3]] == [0, 1, 2, 3]


def test_circle__cannot_be_laid_out() -> None:
    with pytest.raises(ValueError, match="circle"):
        lay_out(graph_of(("a", "b"), ("b", "a")))


def test_same_graph__same_drawing(paid: Graph) -> None:
    assert draw(paid) == draw(paid)


def test_text__is_escaped() -> None:
    graph = Graph(title="<script>", nodes=(Node(id="a", lines=("<b>&",)),), edges=())

    svg = draw(graph)

    assert "<script>" not in svg
    assert ET.fromstring(svg).find(f"{SVG}title").text == "<script>"  # noqa: S314


def test_too_many_boxes__are_refused() -> None:
    nodes = tuple(Node(id=str(n), lines=("x",)) for n in range(NODES_MAX + 1))

    with pytest.raises(UsageError, match="at most 600"):
        draw(Graph(title="", nodes=nodes, edges=()))


def test_chinese_text__counts_double() -> None:
    assert text_width("供应链") > 1.6 * text_width("abc")


def test_nothing__is_drawn_as_nothing() -> None:
    ET.fromstring(draw(Graph(title="empty", nodes=(), edges=())))  # noqa: S314
