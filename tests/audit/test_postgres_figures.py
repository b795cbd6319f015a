"""
What plain SQL says of every instrument, on a real PostgreSQL server: the figures of the fold.

Where PostgreSQL is not installed these tests do not exist, and the run's summary says so.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scf.audit.views import make_views
from tests.audit.postgres import server
from tests.audit.reading import histories
from tests.audit.reading.histories import HISTORIES, SHORT_ACTS, Told
from tests.audit.reading.second_reading import FIGURES, unpaid


@pytest.fixture(scope="module", params=HISTORIES)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    with (
        server(tmp_path_factory.mktemp("postgres")) as url,
        histories.told(request.param, SHORT_ACTS, url) as made,
    ):
        make_views(made.store)
        yield made


@pytest.mark.parametrize("name", FIGURES)
def test_sql__gives_the_figures_of_the_fold(name: str, told: Told) -> None:
    figure = FIGURES[name]

    assert figure.by_sql(told.store.database) == figure.by_fold(told.state)
    assert unpaid(told.store.database) == 0
