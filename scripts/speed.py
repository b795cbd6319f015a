"""
How fast the client is, as ratios against limits measured in the same run.

    .venv/bin/python scripts/speed.py [anvil] [ganache] [start] [--invoices N] [--buyers N] [--json]

anvil    bulk import (enrolment, limits, certificates with all signatures) in acts/s, against the
         same signed transactions sent raw to the same node afterwards
ganache  the client's peak memory while it imports
start    `import scf` and `scf --help` on a warm cache

Exit code 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import scf  # noqa: E402  the scripts are no installed package
from scf.importing.bulk import BulkImport  # noqa: E402
from scf.importing.officers import DerivedOfficers  # noqa: E402
from scf.importing.reader import read_invoices  # noqa: E402
from scf.model.calendars import cn_calendar  # noqa: E402
from scripts.make_sample import Writer, days, party, write  # noqa: E402

TODAY = dt.date(2026, 3, 16)
RATIO_MIN = 0.70
MEMORY_MAX_MB = 400
START_MAX_SECONDS = 0.3
STARTS = 5


def main() -> int:
    """Run the asked measurements; 1 if one misses its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("what", nargs="*", default=["anvil", "ganache", "start"])
    parser.add_argument("--invoices", type=int, default=2_500)
    parser.add_argument("--buyers", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    runs: dict[str, Callable[[int, int], dict[str, Any]]] = {
        "anvil": anvil,
        "ganache": ganache,
        "start": lambda invoices, buyers: start(),
    }
    results = {what: runs[what](options.invoices, options.buyers) for what in options.what}
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        for what, result in results.items():
            print(what, *(f"  {name}: {value}" for name, value in result.items()), sep="\n")
    return int(not all(result["within the limit"] for result in results.values()))


def anvil(invoices: int, buyers: int) -> dict[str, Any]:
    """Import on anvil, then the same transactions raw on the state from before."""
    with scf.local(node="anvil", start_day=TODAY) as ledger:
        rpc = ledger.chain.rpc
        before = rpc.call("evm_snapshot")
        first = ledger.chain.head() + 1
        imported = import_invoices(ledger, invoices, buyers)
        raw_blocks, senders = _transactions(ledger, first)
        rpc.call("evm_revert", before)
        ledger.chain.fund(senders)
        began = time.perf_counter()
        failed = _send_raw(ledger, raw_blocks)
        sent = time.perf_counter() - began
    ratio, count = sent / imported, sum(map(len, raw_blocks))
    return {
        "invoices": invoices,
        "transactions": count,
        "import, acts/s": round(count / imported),
        "raw pre-signed, transactions/s": round(count / sent),
        "failed when sent raw": failed,
        "ratio": round(ratio, 2),
        "limit": f">= {RATIO_MIN}",
        "within the limit": ratio >= RATIO_MIN and failed == 0,
    }


def ganache(invoices: int, buyers: int) -> dict[str, Any]:
    """Import on ganache in a process of its own, so that nothing else counts."""
    code = (
        "import resource, sys, scf, scripts.speed as s\n"
        "with scf.local(start_day=s.TODAY) as ledger:\n"
        f"    s.import_invoices(ledger, {invoices}, {buyers})\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    began = time.perf_counter()
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    unit = 1 if sys.platform == "darwin" else 1024
    peak = round(int(output.split()[-1]) * unit / 1e6)
    return {
        "invoices": invoices,
        "seconds in all": round(time.perf_counter() - began),
        "peak memory of the client, MB": peak,
        "limit": f"<= {MEMORY_MAX_MB}",
        "within the limit": peak <= MEMORY_MAX_MB,
    }


def start() -> dict[str, Any]:
    """Import and help, the median of several starts after one to warm the cache."""
    commands = {
        "import scf, s": [sys.executable, "-c", "import scf"],
        "scf --help, s": [str(ROOT / ".venv" / "bin" / "scf"), "--help"],
    }
    measured = {name: _median_seconds(command) for name, command in commands.items()}
    return measured | {
        "limit": f"< {START_MAX_SECONDS}",
        "within the limit": max(measured.values()) < START_MAX_SECONDS,
    }


def import_invoices(ledger: Any, invoices: int, buyers: int) -> float:
    """Import a made-up file; seconds from reading it to the report."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoices.csv"
        _write_live(path, invoices, buyers)
        began = time.perf_counter()
        operators = ledger.officers["operator"]
        officers = DerivedOfficers(operators[0], movable_clock=True)
        job = BulkImport(
            ledger, officers, ledger.consortium_key, operator=(operators[0], operators[1])
        )
        report = job.run(read_invoices(path))
        took = time.perf_counter() - began
    assert report.opened == invoices, report
    return took


def _write_live(path: Path, count: int, buyers: int) -> None:
    """Invoices that are all open on TODAY."""
    writer = Writer("speed", cn_calendar(2025, 2026))
    dice = writer.dice

    def row(turn: int) -> Any:
        buyer, seller = turn % buyers, buyers + dice.between(0, 3 * buyers - 1)
        issued = TODAY - days(dice.between(1, 5))
        due = TODAY + days(dice.between(30, 50))
        amount = dice.between(10_000_00, 2_000_000_00)
        return writer.invoice(
            party(f"Seller {seller}", seller + 1),
            party(f"Buyer {buyer}", buyer + 1),
            issued,
            due,
            amount,
        )

    write(path, (row(turn) for turn in range(count)))


def _transactions(ledger: Any, first: int) -> tuple[list[list[str]], set[str]]:
    """The raw transactions since a block, block by block, and who sent them."""
    rpc = ledger.chain.rpc
    blocks = rpc.batch(
        [("eth_getBlockByNumber", [hex(n), True]) for n in range(first, ledger.chain.head() + 1)]
    )
    mined = [item for block in blocks for item in block["transactions"]]
    raw = rpc.batch([("eth_getRawTransactionByHash", [item["hash"]]) for item in mined])
    rest = iter(raw)
    grouped = [list(islice(rest, len(block["transactions"]))) for block in blocks]
    return grouped, {item["from"] for item in mined}


def _send_raw(ledger: Any, raw_blocks: list[list[str]]) -> int:
    """The same blocks again, a request for each; the receipts' statuses at the end."""
    rpc, hashes = ledger.chain.rpc, []
    for part in raw_blocks:
        hashes += rpc.batch([("eth_sendRawTransaction", [item]) for item in part])
        rpc.call("evm_mine")
    receipts = rpc.batch([("eth_getTransactionReceipt", [item]) for item in hashes])
    return sum(receipt is None or receipt["status"] != "0x1" for receipt in receipts)


def _median_seconds(command: list[str]) -> float:
    seconds = []
    for _ in range(STARTS + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        seconds.append(used)
    return round(sorted(seconds[1:])[STARTS // 2], 3)


if __name__ == "__main__":
    raise SystemExit(main())
