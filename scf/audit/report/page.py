"""The whole report, and how a page becomes HTML."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources

from scf.audit.report.blocks import Page, Section
from scf.audit.report.disclosure import bills, lists
from scf.audit.report.findings import reconciliation, unusual
from scf.audit.report.holdings import activity, exposure, maturity, overdue, totals
from scf.audit.report.oversight import ceilings, method, orders, rulebook
from scf.audit.report.scope import Scope
from scf.audit.rooms.telling import iso_day

Make = Callable[[Scope], Section]

SECTIONS: tuple[Make, ...] = (
    totals,
    maturity,
    exposure,
    activity,
    overdue,
    bills,
    lists,
    ceilings,
    orders,
    unusual,
    reconciliation,
    rulebook,
    method,
)


def whole_page(scope: Scope, *, notice: str = "") -> Page:
    """Everything, for auditors and supervisors."""
    return Page(
        title="Supply-chain finance ledger: audit report",
        subtitle=f"供应链金融账本审计报告 · {iso_day(scope.day)}, block {scope.reading.block}",
        notice=notice or "For auditors and supervisors: shows all parties and amounts.",
        facts=tuple(scope.identity),
        sections=tuple(make(scope) for make in SECTIONS),
    )


def render(page: Page) -> str:
    """The page as one HTML file; every text in it is escaped."""
    from jinja2 import Environment, StrictUndefined

    source = (resources.files(__package__) / "page.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source).render(page=page)
