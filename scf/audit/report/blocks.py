"""What a page is made of, as plain values: sections of tiles, tables, drawings and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure in large type; `tone` is empty, `good`, `bad` or `note`."""

    label: str
    value: str
    hint: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """Figures side by side."""

    tiles: Sequence[Tile]
    kind: str = "tiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its head, and whether it holds figures, ids, days or text."""

    head: str
    kind: str = "text"  # text, figure, id, day


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of text; `total` stands below them, `empty` in their place if there are none."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    empty: str = "none"
    left_out: int = 0
    kind: str = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart as an SVG element, and what it shows in a sentence."""

    caption: str
    svg: str
    kind: str = "drawing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A paragraph; `tone` as a tile's."""

    text: str
    tone: str = ""
    kind: str = "words"


Block = Tiles | Table | Drawing | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """
    One part of the page.

    Attributes:
        id: its anchor. title: English, with the Chinese term.
        blocks: what it shows. obtained: how its figures were obtained.
    """

    id: str
    title: str
    blocks: Sequence[Block]
    obtained: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    A whole report.

    Attributes:
        title, subtitle: at its head. facts: label and value, the ledger's identity.
        sections: in order. notice: who may read it.
    """

    title: str
    subtitle: str
    notice: str
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    sections: Sequence[Section] = field(default_factory=tuple)
