"""Unusual patterns in constructed histories: each is seen, and what only resembles it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scf.audit.patterns import PATTERNS, Sighting, Thresholds, sightings
from scf.audit.reading import Move, Reading, Sale, Way
from scf.model.books import Certificate, Invoice, Officer, Party
from scf.model.enums import CertificateStatus, InvoiceStatus, PartyStatus, Roles, SizeClass
from scf.model.folding.state import State

A, B, C, D, E = ("0x" + letter * 40 for letter in "abcde")
ASSET, OTHER = f"0x{1:064x}", f"0x{2:064x}"
KEY = b"\7" * 32


def hops(*steps: tuple[str, str, int, int], asset: str = ASSET, way: Way = Way.PASSED) -> Reading:
    """A reading of hops: from, to, amount, day."""
    reading = Reading(state=State(), contracts={})
    for place, (from_, to, amount, day) in enumerate(steps):
        reading.moves.append(
            Move(
                place=place,
                day=day,
                tx=f"0x{place:064x}",
                asset=asset,
                from_party=from_,
                to_party=to,
                amount_fen=amount,
                way=way,
            )
        )
    return reading


def seen(reading: Reading, pattern: str) -> list[Sighting]:
    return [item for item in sightings(reading) if item.pattern == pattern]


# Round trips


def test_units_straight_back__are_a_round_trip() -> None:
    (found,) = seen(hops((A, B, 100, 1), (B, A, 70, 9)), "round-trip")

    assert found.parties == (A, B)
    assert (found.amount_fen, found.first_day, found.last_day) == (70, 1, 9)
    assert found.txs == (f"0x{0:064x}", f"0x{1:064x}")


@pytest.mark.parametrize(
    "reading",
    [
        hops((A, B, 100, 1), (B, C, 100, 2)),
        hops((A, B, 100, 1), (B, A, 100, 32)),
        hops((A, B, 100, 1), (A, B, 100, 2)),
    ],
    ids=["onwards", "too late", "twice the same way"],
)
def test_other_ways__are_no_round_trip(reading: Reading) -> None:
    assert not seen(reading, "round-trip")


def test_units_of_another_asset__are_no_round_trip() -> None:
    reading = hops((A, B, 100, 1))
    reading.moves += hops((B, A, 100, 2), asset=OTHER).moves

    assert not seen(reading, "round-trip")


def test_way_by_order__is_no_round_trip() -> None:
    reading = hops((A, B, 100, 1))
    reading.moves += hops((B, A, 100, 2), way=Way.ORDERED).moves

    assert not seen(reading, "round-trip")


# Rings


def test_circle_of_three__is_a_ring() -> None:
    (found,) = seen(hops((A, B, 100, 1), (B, C, 90, 2), (C, A, 80, 3)), "ring")

    assert found.parties == (A, B, C)
    assert found.amount_fen == 80
    assert found.text.format("a", "b", "c") == "a → b → c → a"


def test_ring_within_a_longer_chain__is_found() -> None:
    steps = ((D, A, 100, 1), (A, B, 100, 2), (B, C, 100, 3), (C, E, 50, 3), (E, A, 50, 4))

    (found,) = seen(hops(*steps), "ring")

    assert found.parties == (A, B, C, E)


@pytest.mark.parametrize(
    "steps",
    [
        ((A, B, 1, 1), (B, A, 1, 2)),
        ((A, B, 1, 1), (B, C, 1, 2), (C, D, 1, 3)),
        ((A, B, 1, 1), (B, C, 1, 2), (C, A, 1, 20)),
        ((B, C, 1, 1), (A, B, 1, 2), (C, A, 1, 3)),
    ],
    ids=["of two", "open", "too slow", "not one after the other"],
)
def test_other_shapes__are_no_ring(steps: tuple[tuple[str, str, int, int], ...]) -> None:
    assert not seen(hops(*steps), "ring")


# Flips


def test_many_hands_in_two_days__are_a_flip() -> None:
    (found,) = seen(hops((A, B, 9, 1), (B, C, 8, 1), (C, D, 7, 2), (D, E, 6, 2)), "flip")

    assert found.parties == (A, E)
    assert found.amount_fen == 6
    assert found.text.startswith("4 hops")


def test_longer_flip__is_told_once() -> None:
    steps = ((A, B, 9, 1), (B, C, 9, 1), (C, D, 9, 1), (D, E, 9, 1), (E, A, 9, 2))

    (found,) = seen(hops(*steps), "flip")

    assert found.text.startswith("5 hops")


def test_slow_hands__are_no_flip() -> None:
    assert not seen(hops((A, B, 9, 1), (B, C, 9, 2), (C, D, 9, 4), (D, E, 9, 6)), "flip")


def test_many_parts_from_one_hand__are_no_flip() -> None:
    assert not seen(hops((A, B, 9, 1), (A, C, 9, 1), (A, D, 9, 1), (A, E, 9, 1)), "flip")


# Just under a limit


def limited(*amounts: int, limit: int = 100_000) -> Reading:
    reading = hops(*((A, B, amount, 1) for amount in amounts))
    reading.state.officers["0x1"] = Officer(party=A, powers=1, limit_fen=limit)
    return reading


def test_parts_just_under_a_limit__are_seen_together() -> None:
    (found,) = seen(limited(99_999, 95_000, 100_000, 5), "just-under")

    assert found.parties == (A,)
    assert found.amount_fen == 294_999
    assert "3 parts" in found.text
    assert "1,000 yuan" in found.text


@pytest.mark.parametrize(
    "reading",
    [
        limited(99_999, 95_000),
        limited(94_999, 94_999, 94_999),
        limited(100_001, 100_001, 100_001),
        limited(99_999, 99_999, 99_999, limit=2**80 - 1),
    ],
    ids=["too few", "too low", "above", "no limit"],
)
def test_other_amounts__are_not_just_under(reading: Reading) -> None:
    assert not seen(reading, "just-under")


def test_limit_of_another_party__does_not_count() -> None:
    reading = limited(99_999, 99_999, 99_999)
    reading.state.officers["0x1"] = Officer(party=B, powers=1, limit_fen=100_000)

    assert not seen(reading, "just-under")


def test_removed_officer__does_not_count() -> None:
    reading = limited(99_999, 99_999, 99_999)
    reading.state.officers["0x1"] = Officer(party=A, powers=0, limit_fen=100_000)

    assert not seen(reading, "just-under")


# Financed to the last fen


def financed(*amounts: int, used: int = 1_000, seller_roles: int = 1) -> Reading:
    reading = Reading(state=State(), contracts={})
    state = reading.state
    state.parties[A] = Party(
        uscc=b"",
        lei=b"",
        name_hash=b"",
        roles=seller_roles,
        status=PartyStatus.ACTIVE,
        size=SizeClass.SMALL,
        enrolled_day=1,
    )
    state.invoices[KEY, B] = Invoice(
        supplier=A,
        debtor=B,
        amount_fen=1_000,
        document_hash=KEY,
        status=InvoiceStatus.CONFIRMED,
        used_fen=used,
    )
    state.certificates[1] = Certificate(
        debtor=B,
        supplier=A,
        invoice_key=KEY,
        reference=KEY,
        face_fen=used,
        opened_day=1,
        due_day=90,
        status=CertificateStatus.ACTIVE,
        document_hash=KEY,
    )
    for place, amount in enumerate(amounts):
        reading.sales.append(
            Sale(
                place=place,
                day=place + 1,
                tx=f"0x{place:064x}",
                asset=ASSET,
                seller=A,
                funder=C,
                amount_fen=amount,
                interest_fen=1,
                fee_fen=0,
                receipt="0x",
                quote="0x",
            )
        )
    return reading


def test_invoice_sold_in_full__is_seen() -> None:
    (found,) = seen(financed(600, 400), "last-fen")

    assert found.parties == (A, B)
    assert found.assets == ("0x" + KEY.hex(), ASSET)
    assert (found.first_day, found.last_day) == (1, 2)


@pytest.mark.parametrize(
    "reading",
    [
        financed(600, 399),
        financed(999, used=999),
        financed(600, 400, seller_roles=Roles.BANK),
    ],
    ids=["a fen short", "not used in full", "resold by a bank"],
)
def test_other_invoices__are_not_to_the_last_fen(reading: Reading) -> None:
    assert not seen(reading, "last-fen")


# All of them


def test_thresholds__decide() -> None:
    reading = hops((A, B, 100, 1), (B, A, 70, 9))

    assert not sightings(reading, Thresholds(round_trip_days=7))


def test_largest__comes_first() -> None:
    reading = hops((A, B, 5, 1), (B, A, 5, 1), (C, D, 50, 2), (D, C, 50, 2))

    assert [item.amount_fen for item in seen(reading, "round-trip")] == [50, 5]


def test_every_sighting__can_be_told(reading: Reading) -> None:
    for item in sightings(reading):
        assert item.pattern in PATTERNS
        assert item.text.format(*item.parties)
        assert item.txs


def test_real_history__shows_its_round_trip(reading: Reading) -> None:
    assert [item.pattern for item in sightings(reading)] == ["round-trip"]


def test_nothing_happened__nothing_is_seen() -> None:
    assert sightings(replace(hops(), moves=[])) == []
