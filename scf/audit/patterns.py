"""
Unusual patterns in what moved: hints for a person to look at, never a verdict (R77-8, MUST-4).

Each function has one shape: it takes a reading and yields what it saw. `PATTERNS` lists them; how
much counts as unusual stands in `Thresholds`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scf.audit.reading import Move, Reading, Way
from scf.model.enums import InvoiceStatus, Roles

BETWEEN_PARTIES = (Way.PASSED, Way.SOLD)
_FINANCIERS = Roles.BANK | Roles.FUNDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """
    What counts as unusual; a report states them.

    Attributes:
        flip_days, flip_hops: so many hops of one asset within so many days.
        just_under_ppm: how near under a limit an amount must be. just_under_count: how many such.
        round_trip_days: units back with a party within so many days.
        ring_days, ring_parties: a circle of so many parties at most within so many days.
    """

    flip_days: int = 2
    flip_hops: int = 4
    just_under_ppm: int = 50_000
    just_under_count: int = 3
    round_trip_days: int = 30
    ring_days: int = 10
    ring_parties: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """
    One thing that looks unusual.

    Attributes:
        pattern: its name in `PATTERNS`. text: what was seen, parties and assets as `{0}`, `{1}` …
        parties: ids, in the order of the text. assets: ids of certificates or invoices.
        first_day, last_day: when. amount_fen: how much. txs: the transactions to look at.
    """

    pattern: str
    text: str
    parties: tuple[str, ...]
    assets: tuple[str, ...]
    first_day: int
    last_day: int
    amount_fen: int
    txs: tuple[str, ...] = field(default=())


Detect = Callable[[Reading, Thresholds], Iterator[Sighting]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern: what it is, in a sentence, and how it is found."""

    title: str
    meaning: str
    detect: Detect


def sightings(reading: Reading, thresholds: Thresholds | None = None) -> list[Sighting]:
    """Everything unusual, in the order of `PATTERNS`, larger amounts first."""
    limits = thresholds or Thresholds()
    return [
        seen
        for pattern in PATTERNS.values()
        for seen in sorted(pattern.detect(reading, limits), key=lambda item: -item.amount_fen)
    ]


def _hops(reading: Reading) -> Mapping[str, Sequence[Move]]:
    found: defaultdict[str, list[Move]] = defaultdict(list)
    for move in reading.moves:
        if move.way in BETWEEN_PARTIES:
            found[move.asset].append(move)
    return found


def _round_trips(reading: Reading, limits: Thresholds) -> Iterator[Sighting]:
    """Units that come straight back: A to B and B to A, of one asset."""
    for asset, hops in _hops(reading).items():
        open_: dict[tuple[str, str], Move] = {}
        for hop in hops:
            out = open_.pop((hop.to_party, hop.from_party), None)
            if out is not None and hop.day - out.day <= limits.round_trip_days:
                yield Sighting(
                    pattern="round-trip",
                    text="{0} passed units to {1}, which passed units back",
                    parties=(hop.to_party, hop.from_party),
                    assets=(asset,),
                    first_day=out.day,
                    last_day=hop.day,
                    amount_fen=min(out.amount_fen, hop.amount_fen),
                    txs=(out.tx, hop.tx),
                )
            open_[hop.from_party, hop.to_party] = hop


def _flips(reading: Reading, limits: Thresholds) -> Iterator[Sighting]:
    """One asset through many hands in a few days: each hop starts where one before it ended."""
    for asset, hops in _hops(reading).items():
        chains: dict[str, list[Move]] = {}
        best: dict[str, list[Move]] = {}
        for hop in hops:
            chain = [
                item
                for item in chains.get(hop.from_party, [])
                if hop.day - item.day <= limits.flip_days
            ]
            chains[hop.to_party] = chain = [*chain, hop][-limits.flip_hops * 4 :]
            if len(chain) >= limits.flip_hops:
                best.pop(chain[-2].tx, None)
                best[hop.tx] = chain
        for chain in best.values():
            parties = (chain[0].from_party, chain[-1].to_party)
            yield Sighting(
                pattern="flip",
                text=f"{len(chain)} hops in a row from {{0}} to {{1}}",
                parties=parties,
                assets=(asset,),
                first_day=chain[0].day,
                last_day=chain[-1].day,
                amount_fen=min(item.amount_fen for item in chain),
                txs=tuple(item.tx for item in chain),
            )


def _just_under(reading: Reading, limits: Thresholds) -> Iterator[Sighting]:
    """
    Several acts of one officer limit's width: a party whose parts lie just under an officer's
    limit, again and again, may be splitting what a second signature should have seen.
    """
    ceilings: defaultdict[str, set[int]] = defaultdict(set)
    for officer in reading.state.officers.values():
        if officer.powers and 0 < officer.limit_fen < 2**63:
            ceilings[officer.party].add(officer.limit_fen)
    found: defaultdict[tuple[str, int], list[Move]] = defaultdict(list)
    for move in reading.moves:
        if move.way not in BETWEEN_PARTIES:
            continue
        for ceiling in ceilings.get(move.from_party, ()):
            least = ceiling - ceiling * limits.just_under_ppm // 1_000_000
            if least <= move.amount_fen <= ceiling:
                found[move.from_party, ceiling].append(move)
    for (party, ceiling), moves in found.items():
        if len(moves) >= limits.just_under_count:
            yield Sighting(
                pattern="just-under",
                text=f"{{0}} passed on {len(moves)} parts just under an officer's limit of "
                f"{ceiling // 100:,} yuan",
                parties=(party,),
                assets=tuple(dict.fromkeys(move.asset for move in moves)),
                first_day=moves[0].day,
                last_day=moves[-1].day,
                amount_fen=sum(move.amount_fen for move in moves),
                txs=tuple(move.tx for move in moves),
            )


def _to_the_last_fen(reading: Reading, limits: Thresholds) -> Iterator[Sighting]:
    """An invoice whose whole amount is promised, and all of the promises sold."""
    sold: defaultdict[str, int] = defaultdict(int)
    for sale in reading.sales:
        seller = reading.state.parties.get(sale.seller)
        if seller is None or not seller.roles & _FINANCIERS:  # what a bank sells was sold before
            sold[sale.asset] += sale.amount_fen
    by_invoice: defaultdict[tuple[bytes, str], list[int]] = defaultdict(list)
    for id_, certificate in reading.state.certificates.items():
        by_invoice[certificate.invoice_key, certificate.debtor].append(id_)
    for place, invoice in reading.state.invoices.items():
        if invoice.status != InvoiceStatus.CONFIRMED or invoice.used_fen != invoice.amount_fen:
            continue
        assets = [f"0x{id_:064x}" for id_ in by_invoice.get(place, ())]
        financed = sum(sold[asset] for asset in assets)
        if assets and financed >= invoice.amount_fen:
            days = [sale.day for sale in reading.sales if sale.asset in assets]
            yield Sighting(
                pattern="last-fen",
                text="the invoice of {0} on {1} is financed to its last fen",
                parties=(invoice.supplier, invoice.debtor),
                assets=("0x" + place[0].hex(), *assets),
                first_day=min(days),
                last_day=max(days),
                amount_fen=invoice.amount_fen,
                txs=tuple(sale.tx for sale in reading.sales if sale.asset in assets),
            )


def _rings(reading: Reading, limits: Thresholds) -> Iterator[Sighting]:
    """
    Units of one asset that go round three parties or more and end where they began.

    Each hop must start where one before it ended; circles of two are round trips.
    """
    for asset, hops in _hops(reading).items():
        trails: dict[str, list[Move]] = {}
        for hop in hops:
            trail = [
                item
                for item in trails.get(hop.from_party, [])
                if hop.day - item.day <= limits.ring_days
            ]
            starts = [at for at, item in enumerate(trail) if item.from_party == hop.to_party]
            if starts and 3 <= len(trail) - starts[-1] + 1 <= limits.ring_parties:
                circle = [*trail[starts[-1] :], hop]
                yield Sighting(
                    pattern="ring",
                    text=" → ".join(f"{{{at}}}" for at in (*range(len(circle)), 0)),
                    parties=tuple(item.from_party for item in circle),
                    assets=(asset,),
                    first_day=circle[0].day,
                    last_day=hop.day,
                    amount_fen=min(item.amount_fen for item in circle),
                    txs=tuple(item.tx for item in circle),
                )
                trail = []
            trails[hop.to_party] = [*trail, hop][-limits.ring_parties * 2 :]


PATTERNS: Mapping[str, Pattern] = {
    "round-trip": Pattern(
        title="Round trips",
        meaning="units passed on and straight back: a hop without a trade behind it?",
        detect=_round_trips,
    ),
    "ring": Pattern(
        title="Rings",
        meaning="units that go round several parties to where they began",
        detect=_rings,
    ),
    "flip": Pattern(
        title="Rapid flips",
        meaning="one certificate through many hands within days",
        detect=_flips,
    ),
    "just-under": Pattern(
        title="Just under a limit",
        meaning="many parts barely below what an officer may sign alone",
        detect=_just_under,
    ),
    "last-fen": Pattern(
        title="Financed to the last fen",
        meaning="an invoice whose whole amount is promised and sold",
        detect=_to_the_last_fen,
    ),
}
