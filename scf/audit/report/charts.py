"""
Small charts as SVG elements: bars that people read faster than tables. Colours come from the page.

Amounts are fen; geometry is integer pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_BAR = 22
_GAP = 8
_WIDTH = 720
_LABEL = 190
_VALUE = 130
_HEIGHT = 240
_FOOT = 40
_HEAD = 18
_WIDE_ENOUGH = 36  # for an amount above a bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its label, its amount (fen), its tone."""

    label: str
    amount: int
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Bars that stand side by side over one label."""

    label: str
    amounts: Sequence[int]


def rows(title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars, one a line, the amount behind each."""
    most = max((bar.amount for bar in bars), default=0) or 1
    height = len(bars) * (_BAR + _GAP) + _GAP
    room = _WIDTH - _LABEL - _VALUE
    parts = [_open(title, height)]
    for at, bar in enumerate(bars):
        y = _GAP + at * (_BAR + _GAP)
        size = max(bar.amount * room // most, 1 if bar.amount else 0)
        parts.append(
            f'<text class="cl" text-anchor="end" x="{_LABEL - 8}" y="{y + 15}">'
            f"{escape(_clipped(bar.label, 26))}</text>"
            f'<rect class="bar {bar.tone}" x="{_LABEL}" y="{y}" width="{size}" '
            f'height="{_BAR}" rx="2"><title>{escape(bar.label)}: {yuan(bar.amount)}</title></rect>'
            f'<text class="cv" x="{_LABEL + size + 6}" y="{y + 15}">{compact(bar.amount)}</text>'
        )
    return "".join([*parts, "</svg>"])


def grouped(title: str, names: Sequence[str], groups: Sequence[Group]) -> str:
    """
    Vertical bars in groups, one bar a name in each; the amounts above them where there is room.

    Args:
        names: of the bars within a group, for the key.
    """
    most = max((amount for group in groups for amount in group.amounts), default=0) or 1
    count = max((len(group.amounts) for group in groups), default=1)
    head = _HEAD + 20
    room = _HEIGHT - head - _FOOT
    step = _WIDTH // max(len(groups), 1)
    wide = max(min((step - 12) // count, 60), 3)
    parts = [_open(title, _HEIGHT)]
    base = _HEIGHT - _FOOT
    parts.append(f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{base}" y2="{base}"/>')
    for at, group in enumerate(groups):
        left = at * step + (step - wide * len(group.amounts)) // 2
        for number, amount in enumerate(group.amounts):
            size = max(amount * room // most, 1 if amount else 0)
            x, y = left + number * wide, base - size
            told = f"{names[number]}, {group.label}: {yuan(amount)}"
            parts.append(
                f'<rect class="bar s{number}" x="{x}" y="{y}" width="{wide - 2}" height="{size}">'
                f"<title>{escape(told)}</title></rect>"
            )
            if amount and wide >= _WIDE_ENOUGH:
                parts.append(
                    f'<text class="cv" text-anchor="middle" x="{x + wide // 2}" '
                    f'y="{y - 5}">{compact(amount)}</text>'
                )
        if at % max(-(-len(groups) * 64 // _WIDTH), 1) == 0:
            parts.append(
                f'<text class="cl" text-anchor="middle" x="{at * step + step // 2}" '
                f'y="{base + 18}">{escape(group.label)}</text>'
            )
    for number, name in enumerate(names):
        parts.append(
            f'<rect class="bar s{number}" x="{number * 150}" y="0" width="12" height="12"/>'
            f'<text class="cl" x="{number * 150 + 18}" y="11">{escape(name)}</text>'
        )
    return "".join([*parts, "</svg>"])


def yuan(amount: int) -> str:
    """An amount in yuan, in full."""
    from scf.units import format_fen

    return format_fen(amount)


def compact(amount: int) -> str:
    """An amount in yuan, short: `1.2 m`, `350 k`; whole yuan below a thousand. Rounded down."""
    value = amount // 100
    for size, letter in ((10**9, "bn"), (10**6, "m"), (10**3, "k")):
        if value >= size:
            tenths = value * 10 // size
            return (
                f"{tenths // 10}.{tenths % 10} {letter}"
                if tenths < 1000
                else (f"{tenths // 10} {letter}")
            )
    return str(value)


def _open(title: str, height: int) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}"><title>{escape(title)}</title>'
    )


def _clipped(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"
