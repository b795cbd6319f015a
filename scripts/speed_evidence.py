"""
How fast evidence is made and verified, and tries are built; limits measured in the same run.

    .venv/bin/python scripts/speed_evidence.py [--acts N] [--json]

verify  evidence about a period of N acts on anvil, with all receipts, transactions and storage; at
        most ten seconds for a thousand acts
full    reading in mode full, events/s, beside reading logs as the node gives them
trie    receipts' tries by the short builder, beside the library's

Exit code 1 if a limit is missed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import scf  # noqa: E402  the scripts are no installed package
from scf.audit.proofs import evidence  # noqa: E402
from scf.audit.proofs.concerns import Subject  # noqa: E402
from scf.audit.proofs.prove import prove  # noqa: E402
from scf.audit.proofs.reading import Mode, Reading  # noqa: E402
from scf.audit.proofs.trie import build_list  # noqa: E402
from scf.audit.proofs.verify import verify_file  # noqa: E402
from scripts.speed import import_invoices  # noqa: E402

TODAY = dt.date(2026, 3, 16)
ACTS = 1_000
ACTS_PER_INVOICE = 4  # registered, opened, minted, confirmed
SECONDS_PER_THOUSAND_MAX = 10.0
TRIE_RATIO_MIN = 4.0
LEAVES = 4_000
LEAVES_PER_BLOCK = 200
LEAF_BYTES = 700


def main() -> int:
    """Run the measurements; 1 if one misses its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--acts", type=int, default=ACTS, help="at least so many acts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = measure(options.acts)
    if options.json:
        print(json.dumps(results, indent=2))
    else:
        for what, result in results.items():
            print(what, *(f"  {name}: {value}" for name, value in result.items()), sep="\n")
    return int(not all(result.get("within the limit", True) for result in results.values()))


def measure(acts: int = ACTS) -> dict[str, dict[str, Any]]:
    """All measurements by name, each with its figures and whether it is within its limit."""
    with scf.local(node="anvil", start_day=TODAY) as ledger:
        import_invoices(ledger, max(acts // ACTS_PER_INVOICE, 1), 10)
        return {"verify": _verify(ledger), "full": _full(ledger), "trie": _trie()}


def _verify(ledger: scf.LocalLedger) -> dict[str, Any]:
    subject, manifest = Subject("period"), ledger.manifest
    began = time.perf_counter()
    shape = prove(ledger.chain, manifest, subject, (), coverage="blocks")
    made = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "evidence.json"
        evidence.write(shape, file)
        size = file.stat().st_size
        began = time.perf_counter()
        found = verify_file(file, shape["blockHash"], manifest=manifest)
        seconds = time.perf_counter() - began
    per_thousand = seconds * 1_000 / found.acts
    return {
        "acts": found.acts,
        "transactions": found.transactions,
        "storage slots": found.slots,
        "file, MB": round(size / 1e6, 1),
        "made, s": round(made, 2),
        "verified, s": round(seconds, 2),
        "verified, s per 1,000 acts": round(per_thousand, 2),
        "limit": f"<= {SECONDS_PER_THOUSAND_MAX}",
        "within the limit": per_thousand <= SECONDS_PER_THOUSAND_MAX,
    }


def _full(ledger: scf.LocalLedger) -> dict[str, Any]:
    rates, head = {}, ledger.chain.head()
    for mode in (Mode.FAST, Mode.PROVED, Mode.FULL):
        reading = Reading(ledger.chain, ledger.manifest, 0, head, mode)
        began = time.perf_counter()
        count = sum(1 for _ in reading.events())
        rates[f"{mode.value}, events/s"] = round(count / (time.perf_counter() - began))
    return rates


def _trie() -> dict[str, Any]:
    from trie import HexaryTrie

    from scf.chain.rlp import encode_int

    block = [bytes([place % 251]) * LEAF_BYTES for place in range(LEAVES_PER_BLOCK)]
    began = time.perf_counter()
    for _ in range(LEAVES // LEAVES_PER_BLOCK):
        root = build_list(block).root
    ours = LEAVES / (time.perf_counter() - began)
    began = time.perf_counter()
    library = HexaryTrie({})
    for place, leaf in enumerate(block):
        library[encode_int(place)] = leaf
    theirs = LEAVES_PER_BLOCK / (time.perf_counter() - began)
    return {
        "short builder, leaves/s": round(ours),
        "library, leaves/s": round(theirs),
        "ratio": round(ours / theirs, 1),
        "limit": f">= {TRIE_RATIO_MIN}",
        "within the limit": ours >= TRIE_RATIO_MIN * theirs and root == library.root_hash,
    }


if __name__ == "__main__":
    sys.exit(main())
