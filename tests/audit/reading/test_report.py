"""The page: figures as in the books, complete in itself, sound in a real browser, discreet."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scf.audit.gathering import key_text
from scf.audit.names import Names
from scf.audit.reading import Reading
from scf.audit.reconcile import decoder, reconcile, view_of
from scf.audit.report import Reconciled, Scope, party_page, render, whole_page
from scf.audit.report.blocks import Drawing, Page, Section, Table, Tiles
from scf.audit.report.charts import Bar, Group, compact, grouped, rows
from scf.audit.report.page import SECTIONS
from scf.audit.report.scope import ROWS_MAX, cut, share
from scf.errors import UsageError
from scf.units import format_fen
from tests.audit.reading.recording import asker_of
from tests.audit.reading.tales import Tale
from tests.stories import YUAN

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
VOID = {"meta", "link", "br", "img", "hr"}
SVG_TAGS = {"rect", "line", "path", "polygon"}


@pytest.fixture(scope="module")
def scope(reading: Reading, names: Names, tale: Tale) -> Scope:
    view = view_of(reading.state, reading.day, reading.contracts)
    outcome = reconcile(view, asker_of(tale.world), decoder(tale.world.ledger))
    return Scope(
        reading=reading,
        names=names,
        identity=(("chain", "1"), ("digest", reading.digest)),
        reconciled=Reconciled(outcome=outcome, block=reading.block, mode="fast", nodes=("here",)),
    )


@pytest.fixture(scope="module")
def page(scope: Scope) -> Page:
    return whole_page(scope)


def section(page: Page, id_: str) -> Section:
    return next(item for item in page.sections if item.id == id_)


def tile(page: Page, id_: str, label: str) -> str:
    return next(
        tile.value
        for block in section(page, id_).blocks
        if isinstance(block, Tiles)
        for tile in block.tiles
        if tile.label == label
    )


def table(page: Page, id_: str, caption: str = "") -> Table:
    return next(
        block
        for block in section(page, id_).blocks
        if isinstance(block, Table) and caption in block.caption
    )


# Figures


def test_totals__are_those_of_the_books(page: Page) -> None:
    assert tile(page, "totals", "Promised, not paid") == format_fen(820_000 * YUAN)
    assert tile(page, "totals", "Past the day of payment") == format_fen(700_000 * YUAN)
    assert tile(page, "totals", "Paid so far") == format_fen(1_000_000 * YUAN)
    assert tile(page, "totals", "Sold so far") == format_fen(250_000 * YUAN)
    assert tile(page, "totals", "Money on the ledger") == format_fen(9_000_000 * YUAN)


def test_maturity_ladder__adds_up(page: Page) -> None:
    found = table(page, "maturity")
    steps = {row[0]: row[2] for row in found.rows}

    assert steps["past"] == format_fen(700_000 * YUAN)
    assert steps["91–180 d"] == format_fen(120_000 * YUAN)
    assert found.total[2] == format_fen(820_000 * YUAN)
    amounts = [int(row[2].replace(",", "").replace(".", "")) for row in found.rows]
    assert sum(amounts) == 820_000 * YUAN


def test_overdue__shows_interest_to_the_day(page: Page, tale: Tale) -> None:
    found = {row[0][:18]: row for row in table(page, "overdue").rows}
    row = found[key_text(tale.overdue)[:18]]

    assert row[2:] == ("300,000.00", "2026-03-23", "30", "4,500.00", "yes")
    assert table(page, "overdue").total[5] == "4,700.00"


def test_top_debtor__comes_first_with_its_share(page: Page) -> None:
    first, second = table(page, "exposure").rows

    assert first[0].startswith("debtor")
    assert (first[1], first[2]) == ("520,000.00", "63.4 %")
    assert second[5:7] == ("1", "barred")


def test_orders_and_freezes__are_listed(page: Page) -> None:
    assert len(table(page, "orders", "Legal orders").rows) == 3
    assert [row[1:] for row in table(page, "orders", "Freezes").rows] == [("frozen", "2026-05-22")]


def test_bars__say_why(page: Page) -> None:
    rows_ = {row[0].split()[0]: row[5] for row in table(page, "ceilings").rows}

    assert rows_["agency"] == "1 overdue, public bond default"
    assert rows_["debtor"] == ""


def test_reconciliation__is_quoted(page: Page, scope: Scope) -> None:
    assert tile(page, "reconciliation", "Differences") == "0"
    assert tile(page, "reconciliation", "Reading mode reached") == "fast"
    assert scope.reconciled is not None
    assert scope.reconciled.outcome.digest in section(page, "reconciliation").obtained


def test_report_without_node__says_so(reading: Reading, names: Names) -> None:
    found = section(whole_page(Scope(reading=reading, names=names)), "reconciliation")

    assert "No node was asked" in render(Page(title="", subtitle="", notice="", sections=(found,)))


def test_every_section__says_how_its_figures_were_obtained(page: Page) -> None:
    assert len(page.sections) == len(SECTIONS)
    for item in page.sections:
        assert item.obtained or item.id == "method"


def test_unusual__shows_the_round_trip(page: Page) -> None:
    (row,) = table(page, "unusual").rows

    assert row[0] == "Round trips"
    assert row[1] == "supplier passed units to tier2, which passed units back"


# The file


class Reader(HTMLParser):
    """Tags in balance, and what would be asked for over the network."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID | SVG_TAGS or tag == "rect":
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "action", "data"):
                self.asked.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page__is_complete_in_itself(page: Page) -> None:
    html = render(page)
    reader = Reader()
    reader.feed(html)

    assert reader.open == []
    assert [item for item in reader.asked if not item.startswith(("#", "data:,"))] == []
    assert "<script" not in html
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org)", html)


def test_names__are_escaped(reading: Reading, names: Names, tale: Tale) -> None:
    id_ = tale.world.actors["debtor"].id
    evil = Names(codes=names.codes, names={**names.names, id_: "<script>alert(1)</script>"})

    html = render(whole_page(Scope(reading=reading, names=evil)))

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_long_tables__are_cut_and_say_so() -> None:
    long = Table(caption="t", columns=(), rows=[("x",)] * (ROWS_MAX + 3))
    short = Table(caption="t", columns=(), rows=[("x",)])

    assert (len(cut(long).rows), cut(long).left_out) == (ROWS_MAX, 3)
    assert cut(short) is short


def test_same_ledger__same_page(scope: Scope) -> None:
    assert render(whole_page(scope)) == render(whole_page(scope))


# One party


PARTIES = ("tier2", "tier3", "bank", "supplier", "debtor", "agency", "clearing")


@pytest.mark.parametrize("who", PARTIES)
def test_statement__shows_own_dealings_and_nothing_of_others(
    scope: Scope, tale: Tale, who: str
) -> None:
    """Neither ids, codes nor amounts of parties it never dealt with; no amounts of others' hops."""
    own = tale.world.actors[who].id
    reading = scope.reading
    html = render(party_page(scope, own))
    near = {own}
    for move in reading.moves:
        if own in (move.from_party, move.to_party):
            near |= {move.from_party, move.to_party}
    for id_, item in reading.state.certificates.items():
        if own in (item.debtor, item.supplier) or reading.state.holdings[id_].get(own):
            near |= {item.debtor} | ({item.supplier} if item.debtor == own else set())
    own_moves = [move for move in reading.moves if own in (move.from_party, move.to_party)]
    visible = {move.amount_fen for move in own_moves}
    visible |= {item.face_fen for item in reading.state.certificates.values() if item.debtor == own}
    visible |= {held.get(own, 0) for held in reading.state.holdings.values()}
    own_txs = {move.tx for move in own_moves}

    for actor in tale.world.actors.values():
        if actor.id not in near:
            assert actor.id not in html
            assert actor.uscc not in html
            assert f">{actor.name} (" not in html
    for move in reading.moves:
        if move.amount_fen not in visible:
            assert f">{format_fen(move.amount_fen)}<" not in html
        if move.tx not in own_txs:
            assert move.tx[:12] not in html


def test_statement__has_own_figures(scope: Scope, tale: Tale) -> None:
    found = party_page(scope, tale.world.actors["tier2"].id)

    assert tile(found, "totals", "Money") == "298,765.00"
    assert len(table(found, "moves").rows) == 5
    assert table(found, "sales").rows[0][2:5] == (
        f"bank ({tale.world.actors['bank'].uscc})",
        "sold",
        "250,000.00",
    )


def test_statement_for_a_stranger__is_refused(scope: Scope) -> None:
    with pytest.raises(UsageError, match="enrolled"):
        party_page(scope, "0x" + "99" * 20)


# Charts


def test_bars__are_in_proportion() -> None:
    svg = rows("t", [Bar(label="a", amount=100_00), Bar(label="b", amount=50_00)])
    widths = [int(item) for item in re.findall(r'<rect class="bar [^>]* width="(\d+)"', svg)]

    assert widths[0] == 2 * widths[1]


def test_small_bar__is_still_seen_and_none_is_not() -> None:
    amounts = (10**12, 1, 0)
    svg = grouped("t", ("x",), [Group(label=f"{n}", amounts=(n,)) for n in amounts])
    heights = [int(item) for item in re.findall(r'<rect class="bar [^>]* height="(\d+)"', svg)]

    assert heights[1:3] == [1, 0]


def test_many_groups__thin_their_labels() -> None:
    svg = grouped("t", ("x",), [Group(label=f"m{n}", amounts=(n,)) for n in range(60)])

    assert svg.count(">m") < 25


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (99_999, "999"),
        (100_000, "1.0 k"),
        (99_99_99_99, "999 k"),
        (123_456_789_00, "123 m"),
        (9_87_654_321_00, "987 m"),
        (1_234_567_890_00, "1.2 bn"),
        (0, "0"),
    ],
)
def test_compact__never_shows_more_than_there_is(amount: int, shown: str) -> None:
    assert compact(amount) == shown


def test_share__is_rounded_down() -> None:
    assert share(2, 3) == "66.6 %"
    assert share(1, 0) == "-"


# A real browser


@pytest.fixture(scope="module")
def file(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(page), encoding="utf-8")
    return path


def browse(file: Path, *options: str) -> str:
    """What the browser said on its console while it showed the file."""
    assert CHROMIUM is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr")
    done = subprocess.run(
        [CHROMIUM, *flags, f"--user-data-dir={file.parent / 'profile'}", *options, file.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
class TestInChromium:
    """Shown, light and dark, and printed: no word on the console."""

    @pytest.mark.parametrize("scheme", ["dark", "light"])
    def test_shown__says_nothing_on_the_console(self, file: Path, scheme: str) -> None:
        out = file.parent / f"{scheme}.png"
        setting = f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"

        said = browse(file, setting, f"--screenshot={out}", "--window-size=1200,3000")

        assert said == ""
        assert out.read_bytes()[:4] == b"\x89PNG"

    def test_dark_and_light__differ(self, file: Path) -> None:
        self.test_shown__says_nothing_on_the_console(file, "dark")
        self.test_shown__says_nothing_on_the_console(file, "light")

        dark, light = ((file.parent / f"{name}.png").read_bytes() for name in ("dark", "light"))
        assert dark != light

    def test_printed__is_a_document_of_several_pages(self, file: Path) -> None:
        out = file.parent / "report.pdf"

        said = browse(file, "--no-pdf-header-footer", f"--print-to-pdf={out}")

        assert said == ""
        data = out.read_bytes()
        assert data[:4] == b"%PDF"
        assert 3 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= 15

    def test_error_on_the_console__would_be_seen(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.html"
        broken.write_text("<script>console.error('seen')</script>", encoding="utf-8")

        assert "seen" in browse(broken, f"--screenshot={tmp_path / 'x.png'}")


def test_drawings__have_titles(page: Page) -> None:
    drawings = [b for item in page.sections for b in item.blocks if isinstance(b, Drawing)]

    assert drawings
    assert all("<title>" in item.svg for item in drawings)
