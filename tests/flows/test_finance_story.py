"""The story of financing, lived through on a local ledger: three quotes each, sums that hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import scf
from scf.cli.finance_story import BANKS, START, Story, live_through


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with scf.local(start_day=START) as ledger:
        yield live_through(ledger)


def test_story__adds_up(story: Story) -> None:
    assert story.adds_up
    assert [item.what for item in story.sums] == ["tooling's purse", "all purses"]


def test_story__three_quotes_for_certificates_and_for_the_bill(story: Story) -> None:
    """Shown with their all-in APR before one is taken."""
    told = [step.what for step in story.steps]

    for bank in BANKS:
        assert sum(line.startswith(f"{bank} quotes ") for line in told) == 3
        assert sum(line.endswith("all in for half of the bill") for line in told) == 3
    assert any("without recourse" in line for line in told)
    assert any("with recourse" in line for line in told)


def test_story__default_pledge_and_release_are_lived_through(story: Story) -> None:
    told = " | ".join(step.what for step in story.steps)

    for line in (
        "tooling pledges 200,000 yuan of the core's certificate to haihe bank",
        "tooling pledges the other half of the bill to haihe bank",
        "the pledged half of the bill is tooling's again",
        "nanshan has not paid: overdue",
        "tooling buys the part back under its recourse",
    ):
        assert line in told


def test_story__every_price_is_explained(story: Story) -> None:
    """Line by line, rounding named."""
    assert len(story.explained) == 5
    priced = [text for text in story.explained.values() if "all-in APR" in text]
    assert len(priced) == 3
    assert all("half-up" in text for text in priced)
    assert "owed in all" in story.explained["the loan on its day"]
