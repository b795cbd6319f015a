"""
Plain SQL over the store, for reading.

    with Store.open("audit.sqlite", read_only=True) as store:
        columns, rows = query(store, "SELECT debtor, outstanding_fen FROM debtor_outstanding")
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from scf.audit.database import Row
from scf.audit.store import Store
from scf.audit.views import View, make_views
from scf.errors import UsageError

_UNKNOWN = re.compile(r'no such (?:table|column): "?([\w.]+)|(?:relation|column) "?([\w.]+)"? does')


class Reading:
    """
    A store's connection with the views on it, that can do nothing but read.

    Args:
        store: opened read-only; its connection stays restricted.

    Attributes:
        views: what can be asked besides the store's own tables.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.views = make_views(store)
        store.database.restrict()

    def query(self, sql: str) -> tuple[list[str], Iterator[Row]]:
        """
        The columns and rows of a query.

        Raises:
            UsageError: not SQL that reads; unknown names get suggestions.
        """
        try:
            return self.store.database.describe(sql)
        except UsageError as error:
            raise UsageError("sql", sql, self._advice(error)) from error

    def view(self, name: str) -> View:
        """
        The view of that name.

        Raises:
            UsageError: there is none; the message names the nearest ones.
        """
        found = next((view for view in self.views if view.name == name), None)
        if found is None:
            raise UsageError("table", name, f"a view{self._near(name)}")
        return found

    def _advice(self, error: UsageError) -> str:
        unknown = _UNKNOWN.search(error.expected)
        name = next((part for part in unknown.groups() if part), "") if unknown else ""
        why = error.expected.partition("(")[2].rstrip(")") or error.expected
        near = self._near(name.rpartition(".")[2]) if name else ""
        return f"one query that reads: {why}{near or '; `scf audit sql --views` shows what exists'}"

    def _near(self, name: str) -> str:
        names = [view.name for view in self.views]
        names += sorted({column.name for view in self.views for column in view.columns})
        close = difflib.get_close_matches(name, names, 3)
        return f"; did you mean {', '.join(close)}?" if close else ""
