"""
How fast the auditors' tools are, as ratios against limits measured in the same run.

    .venv/bin/python scripts/speed_audit.py [sync] [fold] [--events N] [--synced N] [--store PATH]
        [--json]

sync     fetching, decoding and storing events of anvil, against fetching and parsing the same logs
         and nothing else
fold     a made-up history of N events in a store: events/s through the fold on one core, peak
         memory, books at a past day from checkpoints, the history of one asset

Exit code 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import scf  # noqa: E402  the scripts are no installed package
from scf.audit import checkpoints  # noqa: E402
from scf.audit.replay import block_at, replay  # noqa: E402
from scf.audit.store import Store  # noqa: E402
from scf.audit.subjects import subject_of  # noqa: E402
from scf.audit.sync import sync as bring_up  # noqa: E402
from scf.units import from_civil_day  # noqa: E402
from scripts.make_history import write  # noqa: E402
from scripts.speed import TODAY, import_invoices  # noqa: E402

SEED = "audit"
SYNC_RATIO_MIN = 0.5
FOLD_MIN = 100_000
MEMORY_MAX_MB = 1_000
PAST_MAX_SECONDS = 2.0
HISTORY_MAX_MS = 50.0
EVENTS_AN_INVOICE = 4
TURNS = 7
ASKED = 50


def main() -> int:
    """Run the asked measurements; 1 if one misses its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("what", nargs="*", default=["sync", "fold"])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--synced", type=int, default=50_000)
    parser.add_argument("--store", type=Path, help="kept and used again, instead of made anew")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    runs: dict[str, Callable[[], dict[str, Any]]] = {
        "sync": lambda: sync(options.synced),
        "fold": lambda: fold(options.events, options.store),
    }
    results = {what: runs[what]() for what in options.what}
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        for what, result in results.items():
            print(what, *(f"  {name}: {value}" for name, value in result.items()), sep="\n")
    return int(not all(result["within the limits"] for result in results.values()))


def sync(events: int) -> dict[str, Any]:
    """Both several times in turns; the best of each, since others use the machine too."""
    with scf.local(node="anvil", start_day=TODAY) as ledger, tempfile.TemporaryDirectory() as place:
        import_invoices(ledger, events // EVENTS_AN_INVOICE, 100)
        addresses = [item.address for item in ledger.manifest.contracts.values()]
        head = ledger.chain.head()
        fetched, stored, count = [], [], 0
        for turn in range(TURNS):
            began = time.perf_counter()
            count = len(list(ledger.chain.logs(0, head, addresses)))
            fetched.append(time.perf_counter() - began)
            with Store.open(Path(place) / f"{turn}.sqlite", ledger.manifest) as store:
                began = time.perf_counter()
                report = bring_up(store, ledger.chain)
                stored.append(time.perf_counter() - began)
                assert report.events == count
    ratio = min(fetched) / min(stored)
    return {
        "events": count,
        "fetch and parse only, events/s": round(count / min(fetched)),
        "fetch, decode and store, events/s": round(count / min(stored)),
        "ratio": round(ratio, 2),
        "limit": f">= {SYNC_RATIO_MIN}",
        "within the limits": ratio >= SYNC_RATIO_MIN,
    }


def fold(events: int, kept: Path | None) -> dict[str, Any]:
    """A store of so many events: folded in a process of its own, then asked."""
    with tempfile.TemporaryDirectory() as place:
        path = kept or Path(place) / "history.sqlite"
        if not path.exists():
            write(path, events, SEED)
        folded = _fold_apart(path)
        with Store.open(path) as store:
            replay(store)  # writes the checkpoints that the questions start from
            past = _past_day(store)
            history = _history(store)
            count = store.event_count()
            kept_states = len(checkpoints.numbers(store))
    within = (
        folded["events/s"] >= FOLD_MIN
        and folded["peak MB"] <= MEMORY_MAX_MB
        and past <= PAST_MAX_SECONDS
        and history <= HISTORY_MAX_MS
    )
    return {
        "events": count,
        "events/s of CPU": folded["events/s"],
        "limit, events/s": f">= {FOLD_MIN}",
        "peak memory, MB": folded["peak MB"],
        "limit, MB": f"<= {MEMORY_MAX_MB}",
        "checkpoints": kept_states,
        "books at a past day, s": round(past, 2),
        "limit, s": f"<= {PAST_MAX_SECONDS}",
        "history of an asset, ms": round(history, 1),
        "limit, ms": f"<= {HISTORY_MAX_MS}",
        "within the limits": within,
    }


def _fold_apart(path: Path) -> dict[str, int]:
    """Events a second of CPU time (one core; others use the machine too), and peak memory."""
    code = f"import scripts.speed_audit as s; s.fold_here({str(path)!r})"
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    found: dict[str, int] = json.loads(output)
    return found


def fold_here(path: str) -> None:
    """Fold a store from its first event and print what it took."""
    with Store.open(path, read_only=True) as store:
        began = time.process_time()
        moment = replay(store, keep=False, from_checkpoint=False)
        took = time.process_time() - began
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    print(json.dumps({"events/s": round(moment.event_count / took), "peak MB": round(peak)}))


def _past_day(store: Store) -> float:
    """Seconds to the books at the end of past days, late in the history; the median."""
    last = store.last_block()
    assert last is not None
    seconds = []
    for back in (5, 40, 90):
        began = time.perf_counter()
        replay(store, block=block_at(store, from_civil_day(last.day - back).isoformat()))
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _history(store: Store) -> float:
    """Milliseconds to find a certificate by its id and read its whole life; the median."""
    keys = store.database.rows(
        "SELECT key FROM subjects WHERE kind = 'certificate' AND id % 997 = 7 LIMIT ?", (ASKED,)
    )
    took = []
    for (key,) in keys:
        began = time.perf_counter()
        events = store.events_of(subject_of(store, key))
        took.append(1_000 * (time.perf_counter() - began))
        assert events
    return statistics.median(took)


if __name__ == "__main__":
    raise SystemExit(main())
