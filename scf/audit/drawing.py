"""
Graphs as SVG: boxes in columns from cause to effect (`scf.audit.layering`).

    svg = draw(Graph(title=…, nodes=(…), edges=(…)))

The text of a drawing is escaped; colours follow the reader's light or dark setting and print dark
on white.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from scf.audit.layering import (
    LABEL_CHAR,
    LABEL_LINE,
    LINE,
    MARGIN,
    PAD,
    Edge,
    Graph,
    Node,
    Place,
    lay_out,
    text_width,
)
from scf.errors import UsageError

NODES_MAX = 600
_TITLE_CHAR = 8.2
_STYLE = """
.g{--ink:#1d2733;--soft:#5b6876;--paper:#fff;--box:#f3f6f9;--line:#8a97a5;--deal:#0b6bcb;
--good:#1a7f37;--bad:#c0352b;--note:#9a6700}
@media (prefers-color-scheme:dark){.g{--ink:#e6edf3;--soft:#9aa7b4;--paper:#0f151b;--box:#1a222b;
--line:#6d7a88;--deal:#58a6ff;--good:#4cc26a;--bad:#ff7b72;--note:#d8a31a}}
@media print{.g{--ink:#111;--soft:#444;--paper:#fff;--box:#fff;--line:#555;--deal:#0b4f99;
--good:#176b30;--bad:#a12a22;--note:#7a5200}}
.g text{font:12px system-ui,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",
sans-serif;fill:var(--ink)}
.g .t{font-size:15px;font-weight:600}.g .h{font-weight:600}.g .s{fill:var(--soft)}
.g .l{font-size:11px}.g rect{fill:var(--box);stroke:var(--line)}
.g .bg,.g .lb{fill:var(--paper);stroke:none}.g .lb{opacity:.85}
.g path{fill:none;stroke:var(--line);stroke-width:1.5}.g .deal{stroke:var(--deal)}
.g .good{stroke:var(--good)}.g .bad{stroke:var(--bad)}.g .note{stroke:var(--note)}
.g .kept{stroke-dasharray:4 4}.g polygon{fill:var(--line)}.g polygon.deal{fill:var(--deal)}
.g polygon.good{fill:var(--good)}.g polygon.bad{fill:var(--bad)}.g polygon.note{fill:var(--note)}
"""


def draw(graph: Graph) -> str:
    """
    The graph as one SVG element with its own style.

    Raises:
        UsageError: more boxes than a reader could follow (`NODES_MAX`).
        ValueError: edges that run in a circle.
    """
    if len(graph.nodes) > NODES_MAX:
        raise UsageError("graph", f"{len(graph.nodes)} boxes", f"at most {NODES_MAX}; use --json")
    layout = lay_out(graph)
    places, height = layout.places, layout.height
    width = max(layout.width, text_width(graph.title, _TITLE_CHAR) + 2 * MARGIN)
    head = '<svg class="g" xmlns="http://www.w3.org/2000/svg" role="img"'
    parts = [
        f'{head} viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">',
        f"<title>{escape(graph.title)}</title><style>{_STYLE}</style>",
        f'<rect class="bg" width="{width:.0f}" height="{height:.0f}"/>',
        f'<text class="t" x="{MARGIN}" y="24">{escape(graph.title)}</text>',
    ]
    labels = []
    for edge, path in zip(graph.edges, layout.paths, strict=True):
        parts.append(_edge(edge, [places[id_] for id_ in path]))
        labels.append((edge, places[path[0]], places[path[1]]))
    parts += _labels(labels)
    parts += [_node(node, places[node.id]) for node in graph.nodes]
    return "\n".join([*parts, "</svg>"])


def _edge(edge: Edge, path: Sequence[Place]) -> str:
    first, last = path[0], path[-1]
    x, y = first.x + first.width, first.y + first.height / 2
    steps = [f"M{x:.1f} {y:.1f}"]
    for place in path[1:]:
        to_x, to_y = place.x - (7 if place is last else 0), place.y + place.height / 2
        half = (to_x - x) / 2
        steps.append(f"C{x + half:.1f} {y:.1f} {to_x - half:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
        if place is not last:
            x += place.width
            steps.append(f"H{x:.1f}")
    tip = f"{x + 7:.1f},{y:.1f} {x:.1f},{y - 4:.1f} {x:.1f},{y + 4:.1f}"
    head = "" if edge.tone == "kept" else edge.tone
    return (
        f'<path class="{edge.tone}" d="{" ".join(steps)}"/><polygon class="{head}" points="{tip}"/>'
    )


def _labels(labels: Sequence[tuple[Edge, Place, Place]]) -> list[str]:
    """The edges' texts, pushed apart within one gap between columns."""
    parts: list[str] = []
    lowest: dict[int, float] = {}
    spots = sorted(
        (source.column, _between(source, target), number)
        for number, (edge, source, target) in enumerate(labels)
        if edge.lines
    )
    for column, middle, number in spots:
        edge, source, target = labels[number]
        size = len(edge.lines) * LABEL_LINE
        top = max(middle - size / 2, lowest.get(column, 0))
        lowest[column] = top + size + 4
        x = (source.x + source.width + target.x) / 2
        wide = max(text_width(line, LABEL_CHAR) for line in edge.lines)
        parts.append(
            f'<rect class="lb" x="{x - wide / 2 - 3:.1f}" y="{top:.1f}" '
            f'width="{wide + 6:.1f}" height="{size + 2:.1f}" rx="3"/>'
        )
        for at, line in enumerate(edge.lines):
            tone = "l" if at == 0 else "l s"
            parts.append(
                f'<text class="{tone}" text-anchor="middle" x="{x:.1f}" '
                f'y="{top + 11 + at * LABEL_LINE:.1f}">{escape(line)}</text>'
            )
    return parts


def _between(source: Place, target: Place) -> float:
    """The height of a label: nearer to where arrows lie apart, before or after they meet."""
    start, end = source.y + source.height / 2, target.y + target.height / 2
    share = 0.75 if len(source.after) >= len(target.before) else 0.25
    return start + share * (end - start)


def _node(node: Node, place: Place) -> str:
    size = f'width="{place.width:.1f}" height="{place.height:.1f}"'
    parts = [f'<rect class="{node.tone}" x="{place.x:.1f}" y="{place.y:.1f}" rx="5" {size}/>']
    for at, line in enumerate(node.lines):
        tone = "h" if at == 0 else "s"
        parts.append(
            f'<text class="{tone}" x="{place.x + PAD:.1f}" '
            f'y="{place.y + 17 + at * LINE:.1f}">{escape(line)}</text>'
        )
    return "".join(parts)
