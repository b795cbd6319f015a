"""
Make invoice files in the columns of `scf import`; the same arguments give the same bytes.

Without `--invoices`: the sample of three tiers that ships with the package. A core enterprise
buys from six suppliers, those from eight, those from eight more. Each invoice on the core is
followed within days by smaller ones further up, due no earlier than it, which its certificate can
pay. Nobody buys on credit while it is late, since a late debtor may open no certificates (rule
R77-7). All names and codes are invented; region 99 does not exist.

With `--invoices N --buyers B`: a large plain file for benchmarks, every invoice paid on its day
and none of them due on 1 August 2025, so that a chain of that day takes it all at once.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scf.importing.columns import OPTIONAL, REQUIRED
from scf.model.calendars import Calendar, cn_calendar
from scf.model.identifiers import build_uscc
from scf.units import format_fen

SAMPLE = Path(__file__).parents[1] / "scf" / "importing" / "samples" / "three_tiers.csv"
SEED = "three tiers"
FIRST_DAY = dt.date(2025, 7, 1)
NEVER = dt.date.max

CORE = "Beichen Equipment 北辰装备"
TIER_1 = (
    "Qingshi Castings 青石铸造",
    "Hongda Hydraulics 宏达液压",
    "Yulin Gearboxes 玉林齿轮",
    "Nanfeng Electrics 南风电气",
    "Xinhe Bearings 新河轴承",
    "Baishan Steelwork 白山钢构",
)
TIER_2 = (
    "Changxi Machining 长溪机加工",
    "Donghu Foundry 东湖铸件",
    "Jinqiao Seals 金桥密封",
    "Liuyuan Copper 柳园铜业",
    "Meiling Cables 梅岭线缆",
    "Shiqiao Forgings 石桥锻造",
    "Ruihua Coatings 瑞华涂装",
    "Shuangta Fasteners 双塔紧固件",
)
TIER_3 = (
    "Anshun Scrap Metal 安顺回收",
    "Beiguan Tooling 北关工具",
    "Caotang Packaging 草堂包装",
    "Dongli Haulage 东里运输",
    "Fuxing Chemicals 福星化工",
    "Guanyin Timber 观音木材",
    "Hexi Resins 河西树脂",
    "Jiulong Sand 九龙砂业",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A name and its code."""

    name: str
    uscc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One line of the file; amount in fen, settled may be `NEVER`."""

    seller: Party
    buyer: Party
    number: str
    delivered: dt.date
    issued: dt.date
    due: dt.date
    amount: int
    settled: dt.date

    def cells(self) -> dict[str, str]:
        return {
            "seller_name": self.seller.name,
            "seller_uscc": self.seller.uscc,
            "buyer_name": self.buyer.name,
            "buyer_uscc": self.buyer.uscc,
            "invoice_no": self.number,
            "issue_day": self.issued.isoformat(),
            "due_day": self.due.isoformat(),
            "amount": format_fen(self.amount),
            "settled_day": "" if self.settled == NEVER else self.settled.isoformat(),
            "delivery_day": self.delivered.isoformat(),
            "evidence_hash": hashlib.sha256(f"delivery note {self.number}".encode()).hexdigest(),
        }


class Dice:
    """Numbers that depend on the seed and on how many were drawn, the same on every machine."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn = seed, 0

    def between(self, low: int, high: int) -> int:
        self._drawn += 1
        digest = hashlib.sha256(f"{self._seed}|{self._drawn}".encode()).digest()
        return low + int.from_bytes(digest, "big") % (high - low + 1)


def party(name: str, place: int) -> Party:
    return Party(
        name=name, uscc=build_uscc(f"91{990100 + place // 1000:06d}MADEM{place % 1000:03d}")
    )


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


class Writer:
    """Writes invoices on business days, with e-invoice numbers in the order of issue."""

    def __init__(self, seed: str, calendar: Calendar) -> None:
        self.dice, self.calendar, self._serial = Dice(seed), calendar, 0

    def invoice(
        self, seller: Party, buyer: Party, day: dt.date, due: dt.date, amount: int
    ) -> Invoice:
        issued = self.calendar.roll(day)
        self._serial += 1
        return Invoice(
            seller=seller,
            buyer=buyer,
            number=f"{issued.year % 100}991{self._serial:07d}{self.dice.between(0, 10**8 - 1):08d}",
            delivered=issued - days(self.dice.between(0, 3)),
            issued=issued,
            due=due,
            amount=amount,
            settled=self.calendar.roll(due),
        )


def three_tiers() -> list[Invoice]:
    """28 invoices on the core, 32 of the second tier, 24 of the third, in the order of issue."""
    writer = Writer(SEED, cn_calendar(2025, 2026))
    core = party(CORE, 1)
    tier1, tier2, tier3 = (
        [party(name, base + place) for place, name in enumerate(names)]
        for base, names in ((101, TIER_1), (201, TIER_2), (301, TIER_3))
    )
    dice, invoices, further = writer.dice, list[Invoice](), 0
    for turn in range(28):
        supplier = tier1[turn % len(tier1)]
        day = FIRST_DAY + days(turn * 14 + dice.between(0, 4))
        # Large buyers pay small suppliers within 60 days of delivery (R802-1a).
        due = writer.calendar.roll(day) + days(dice.between(45, 56))
        first = writer.invoice(supplier, core, day, due, dice.between(600_000_00, 2_000_000_00))
        invoices.append(first)
        for _ in range(2 if turn % 7 == 3 else 1):
            second = passed_on(writer, first, tier2[further % len(tier2)], (25, 45))
            invoices.append(second)
            if further % 4 != 3:
                seller = tier3[(further * 3 + turn) % len(tier3)]
                invoices.append(passed_on(writer, second, seller, (20, 70)))
            further += 1
    invoices.sort(key=lambda invoice: (invoice.issued, invoice.number))
    return list(with_delays(invoices, writer))


def passed_on(writer: Writer, above: Invoice, seller: Party, percent: tuple[int, int]) -> Invoice:
    """An invoice on the seller of `above`, due no earlier, for a part of its amount in odd fen."""
    dice = writer.dice
    day = writer.calendar.roll(above.issued + days(dice.between(2, 9)))
    due = max(above.due, day + days(30)) + days(dice.between(0, 40))
    amount = above.amount * dice.between(*percent) // 100 - dice.between(0, 99_99)
    return writer.invoice(seller, above.seller, day, due, amount)


def with_delays(invoices: list[Invoice], writer: Writer) -> Iterator[Invoice]:
    """Nine invoices settled 5 to 40 days late and three never, where nothing else is hindered."""
    delays: dict[str, dt.date] = {}
    spread = sorted(invoices, key=lambda invoice: hashlib.sha256(invoice.number.encode()).digest())
    # The core pays some late, whoever never pays is smaller.
    from_core = sorted(spread, key=lambda invoice: invoice.buyer.name != CORE)
    for wanted, late, order in ((3, False, from_core[::-1]), (12, True, from_core)):
        for invoice in order:
            if len(delays) >= wanted or invoice.number in delays:
                continue
            until = invoice.settled + days(writer.dice.between(5, 40))
            end = writer.calendar.roll(until) if late else NEVER
            if not any(
                other.buyer == invoice.buyer and invoice.due < other.issued <= end
                for other in invoices
            ):
                delays[invoice.number] = end
    for invoice in invoices:
        yield replace(invoice, settled=delays.get(invoice.number, invoice.settled))


def large(count: int, buyers: int, seed: str) -> Iterator[Invoice]:
    """`count` invoices of July 2025, of `buyers` buyers and three times as many sellers."""
    writer = Writer(seed, cn_calendar(2025, 2026))
    dice = writer.dice
    for turn in range(count):
        buyer = turn % buyers
        seller = buyers + dice.between(0, 3 * buyers - 1)
        day = FIRST_DAY + days(turn * 30 // count)
        yield writer.invoice(
            party(f"Seller {seller + 1} 供应商", seller + 1),
            party(f"Buyer {buyer + 1} 采购商", buyer + 1),
            day,
            writer.calendar.roll(day) + days(dice.between(45, 120)),
            dice.between(10_000_00, 2_000_000_00),
        )


def write(path: Path, invoices: Iterable[Invoice]) -> int:
    """Write the file and return how many invoices it holds."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.DictWriter(stream, REQUIRED + OPTIONAL, lineterminator="\n")
        sheet.writeheader()
        for invoice in invoices:
            sheet.writerow(invoice.cells())
            count += 1
    return count


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--invoices", type=int, help="make a large plain file of so many invoices")
    parser.add_argument("--buyers", type=int, default=100, help="of so many buyers (100)")
    parser.add_argument("--seed", default=SEED, help="another seed makes another large file")
    parser.add_argument("--out", type=Path, default=SAMPLE, help="the file to write")
    options = parser.parse_args(arguments)
    if options.invoices is None:
        invoices: Iterable[Invoice] = three_tiers()
    else:
        if min(options.invoices, options.buyers) < 1:
            parser.error("--invoices and --buyers must be above zero")
        if options.out == SAMPLE:
            parser.error("--invoices needs --out: the shipped sample has its own content")
        invoices = large(options.invoices, options.buyers, options.seed)
    print(f"{write(options.out, invoices)} invoices written to {options.out}")


if __name__ == "__main__":
    main(sys.argv[1:])
