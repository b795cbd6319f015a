"""
Where the boxes of a graph go: columns from cause to effect.

Longest paths give the columns, barycentres the order within them, and long edges run through free
places of the columns between.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

LINE = 16
PAD = 10
MARGIN = 16
LABEL_CHAR = 6.1
LABEL_LINE = 13
_CHAR = 6.6
_BOLD_CHAR = 7.6
_GAP_Y = 18
_GAP_X = 54
_TITLE = 30
_SWEEPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A box: its id, its lines (the first stands out), its colour (`""`, deal, good, bad, note)."""

    id: str
    lines: tuple[str, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow; `tone` as a node's, or `kept` for what merely stays."""

    source: str
    target: str
    lines: tuple[str, ...] = ()
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What is drawn; its edges run in no circle."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(slots=True)
class Place:
    """Where a box, or the bend of a long edge, lies."""

    column: int
    width: float
    height: float
    x: float = 0
    y: float = 0
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    A graph with everything in its place, pixels from the top left.

    Attributes:
        places: of nodes and of the bends of long edges.
        paths: of each edge, in their order: where it passes, both ends included.
        width, height: of it all.
    """

    places: Mapping[str, Place]
    paths: Sequence[Sequence[str]]
    width: float
    height: float


def lay_out(graph: Graph) -> Layout:
    """
    Where everything goes.

    Raises:
        ValueError: edges that run in a circle.
    """
    places, paths = _places(graph)
    columns = _ordered(places)
    room = _room(graph, paths, places, len(columns))
    height = _positioned(places, columns, _gaps(graph, places, len(columns)), room)
    width = max((item.x + item.width for item in places.values()), default=200.0) + MARGIN
    return Layout(places=places, paths=paths, width=width, height=height)


def text_width(text: str, char: float = _CHAR) -> float:
    """About how wide a text is drawn, pixels; East Asian characters count double."""
    wide = sum(unicodedata.east_asian_width(item) in "WF" for item in text)
    return (len(text) + 0.8 * wide) * char


def _places(graph: Graph) -> tuple[dict[str, Place], list[list[str]]]:
    columns = _columns(graph)
    places = {
        node.id: Place(
            columns[node.id],
            max(text_width(node.lines[0], _BOLD_CHAR), *map(text_width, node.lines)) + 2 * PAD,
            len(node.lines) * LINE + PAD,
        )
        for node in graph.nodes
    }
    paths: list[list[str]] = []
    for number, edge in enumerate(graph.edges):
        path = [edge.source]
        for column in range(columns[edge.source] + 1, columns[edge.target]):
            bend = f"\0{number}/{column}"
            places[bend] = Place(column, 1, 1)
            path.append(bend)
        path.append(edge.target)
        for left, right in pairwise(path):
            places[left].after.append(right)
            places[right].before.append(left)
        paths.append(path)
    return places, paths


def _columns(graph: Graph) -> dict[str, int]:
    """The column of each node: one more than that of the farthest before it."""
    waiting = dict.fromkeys((node.id for node in graph.nodes), 0)
    after: dict[str, list[str]] = {id_: [] for id_ in waiting}
    for edge in graph.edges:
        waiting[edge.target] += 1
        after[edge.source].append(edge.target)
    columns = {id_: 0 for id_, count in waiting.items() if not count}
    ready = list(columns)
    for id_ in ready:
        for target in after[id_]:
            columns[target] = max(columns.get(target, 0), columns[id_] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    if len(ready) < len(waiting):
        raise ValueError("the edges run in a circle")
    return columns


def _ordered(places: Mapping[str, Place]) -> list[list[str]]:
    """The columns, each in the order that follows its neighbours' (barycentres)."""
    columns: list[list[str]] = [
        [] for _ in range(max((p.column for p in places.values()), default=-1) + 1)
    ]
    for id_, place in places.items():
        columns[place.column].append(id_)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        rank = {id_: at for column in columns for at, id_ in enumerate(column)}
        for column in columns if forward else reversed(columns):

            def centre(id_: str, rank: Mapping[str, int] = rank, forward: bool = forward) -> float:
                near = places[id_].before if forward else places[id_].after
                return sum(rank[item] for item in near) / len(near) if near else rank[id_]

            column.sort(key=centre)
            rank |= {id_: at for at, id_ in enumerate(column)}
    return columns


def _gaps(graph: Graph, places: Mapping[str, Place], count: int) -> list[float]:
    """How far each column stands from the one before: room for the labels between."""
    gaps = [float(_GAP_X)] * count
    for edge in graph.edges:
        column = places[edge.source].column + 1
        need = max((text_width(line, LABEL_CHAR) for line in edge.lines), default=0) + 34
        gaps[column] = max(gaps[column], need)
    return gaps


def _room(
    graph: Graph, paths: Sequence[Sequence[str]], places: Mapping[str, Place], count: int
) -> list[float]:
    """How far boxes of a column stand from each other: room for the labels that lead to them."""
    room = [float(_GAP_Y)] * count
    for edge, path in zip(graph.edges, paths, strict=True):
        column = places[path[1]].column
        room[column] = max(room[column], len(edge.lines) * LABEL_LINE - 6.0)
    return room


def _positioned(
    places: Mapping[str, Place],
    columns: Sequence[Sequence[str]],
    gaps: Sequence[float],
    room: Sequence[float],
) -> float:
    """Puts everything in its place; the height of the drawing."""
    x = float(MARGIN)
    for number, column in enumerate(columns):
        x += gaps[number] if number else 0
        y = float(MARGIN + _TITLE)
        for id_ in column:
            places[id_].x, places[id_].y = x, y
            y += places[id_].height + room[number]
        x += max(places[id_].width for id_ in column)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for number in range(len(columns)) if forward else reversed(range(len(columns))):
            _aligned(places, columns[number], room[number], forward=forward)
    top = min((p.y for p in places.values()), default=0)
    for place in places.values():
        place.y += MARGIN + _TITLE - top
    return max((p.y + p.height for p in places.values()), default=60.0) + MARGIN


def _aligned(
    places: Mapping[str, Place], column: Sequence[str], room: float, *, forward: bool
) -> None:
    """Moves a column's boxes towards their neighbours, keeping order and distance."""
    wanted = []
    for id_ in column:
        place = places[id_]
        near = [places[item] for item in (place.before if forward else place.after)]
        middle = sum(p.y + p.height / 2 for p in near) / len(near) if near else None
        wanted.append(place.y if middle is None else middle - place.height / 2)
    total = 0.0
    offsets = []
    for id_ in column:
        offsets.append(total)
        total += places[id_].height + room
    # Pool neighbours that would overlap: isotonic regression of the wanted tops.
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        mean, size = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
    tops = [mean for mean, size in pools for _ in range(size)]
    for id_, top, offset in zip(column, tops, offsets, strict=True):
        places[id_].y = top + offset
