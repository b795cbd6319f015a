"""
One self-contained HTML file for an auditor, a supervisor, or one party.

    html = render(whole_page(scope))              # everything
    html = render(party_page(scope, "0x3f…"))     # only what that party took part in

A part of the page is a function from a `Scope` to a `Section`; the next instrument adds its own to
`SECTIONS`. The page carries its style, asks for nothing over the network, and prints.
"""

from __future__ import annotations

from scf.audit.report.page import render, whole_page
from scf.audit.report.party import party_page
from scf.audit.report.scope import Reconciled, Scope

__all__ = ["Reconciled", "Scope", "party_page", "render", "whole_page"]
