"""`python -m scf.build`: compile the contracts and rewrite the artifacts, or `--check` them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scf.build import artifacts
from scf.build.compile import CODE_SIZE_MAX, Build, compile_contracts, contracts_folder
from scf.errors import ScfError


def main(argv: list[str] | None = None) -> int:
    """Run the command; 1 for compile errors or (`--check`) warnings and differences."""
    options = _options(argv)
    try:
        folder = contracts_folder()
        cache = None if options.no_cache else folder.parent / ".build"
        build = compile_contracts(folder, cache=cache)
    except ScfError as exc:
        print(exc, file=sys.stderr)
        return exc.exit_code

    for warning in build.warnings:
        print(warning, file=sys.stderr)
    target = Path(__file__).with_name("artifacts")
    shipped = tuple(item.artifact for item in build.contracts)
    if options.check:
        return _check(build, artifacts.differences(shipped, target))
    changed = artifacts.write(shipped, target)
    for item in shipped:
        size = len(item.deployed_bytecode)
        print(f"{item.contract_name:<24} {size:>6,} bytes {size / CODE_SIZE_MAX:>4.0%}")
    totals = (f"{len(shipped)} contracts", f"{len(build.warnings)} warnings")
    print(*totals, f"{len(changed)} artifacts changed", sep=", ")
    return 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scf.build", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail if something would"
    )
    parser.add_argument("--no-cache", action="store_true", help="compile even if nothing changed")
    return parser.parse_args(argv)


def _check(build: Build, differences: tuple[str, ...]) -> int:
    for line in differences:
        print(f"scf/build/artifacts/{line}", file=sys.stderr)
    if differences:
        print("run `python -m scf.build` and commit what it writes", file=sys.stderr)
    if not differences and not build.warnings:
        print(f"{len(build.contracts)} artifacts are what the contracts compile to")
    return 1 if differences or build.warnings else 0


if __name__ == "__main__":
    raise SystemExit(main())
