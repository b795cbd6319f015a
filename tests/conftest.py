"""Options of the test run."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("campaign")
    group.addoption(
        "--campaign", type=int, default=2_500, metavar="N", help="random acts in the campaign"
    )
    group.addoption("--seed", type=int, default=None, help="seed of the campaign; printed when run")
    group.addoption(
        "--planted", action="store_true", help="plant bugs in the contracts; each must be caught"
    )
    group.addoption(
        "--bug",
        action="append",
        default=[],
        metavar="TEXT",
        help="with --planted: only bugs with TEXT in their name; may be repeated",
    )
