"""`scf audit prove` and `scf audit verify`: evidence files, made from a chain and read without."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.audit_group import app
from scf.cli.bill_values import OptionalBill
from scf.cli.output import Answer
from scf.cli.progress import progress
from scf.cli.runner import Run, command
from scf.cli.values import certificate_of, day_of, hash_of
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.audit.proofs.concerns import Subject


@command(app, "prove")
def prove(
    run: Run,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the evidence.")],
    certificate: Annotated[
        str | None, typer.Option("--certificate", metavar="ID", help="About a certificate.")
    ] = None,
    bill: OptionalBill = None,
    range_: Annotated[
        str | None,
        typer.Option(
            "--range", metavar="RANGE", help="About a sub-range: NUMBER/first-last, or its id."
        ),
    ] = None,
    invoice: Annotated[
        str | None,
        typer.Option("--invoice", metavar="KEY", help="About an invoice and what it backs."),
    ] = None,
    party: Annotated[
        str | None,
        typer.Option("--party", metavar="PARTY", help="About a party: its code or its id."),
    ] = None,
    period: Annotated[
        bool, typer.Option("--period", help="About everything between two blocks or days.")
    ] = False,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete",
            help="Also prove that no act is missing: a larger file, with all receipts.",
        ),
    ] = False,
    from_block: Annotated[
        int | None, typer.Option("--from-block", metavar="N", min=0, help="First block.")
    ] = None,
    to_block: Annotated[
        int | None, typer.Option("--to-block", metavar="N", min=0, help="Last block.")
    ] = None,
    from_day: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First civil day instead.")
    ] = None,
    to_day: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Last civil day instead.")
    ] = None,
) -> object:
    """
    Write an evidence file that anybody can verify with one block hash and nothing else.

    Result: {"file", "bytes", "subject", "coverage", "first", "last", "block_hash", "acts",
    "slots", "statement"}.
    """
    from scf.audit.proofs import evidence
    from scf.audit.proofs.prove import prove as make
    from scf.audit.proofs.scan import blocks_of_days, scan
    from scf.cli.files import require_writable

    named = {
        "certificate": certificate,
        "bill": bill,
        "range": range_,
        "invoice": invoice,
        "party": party,
        "period": "" if period else None,
    }
    subject = _subject({kind: text for kind, text in named.items() if text is not None})
    if (from_day or to_day) and (from_block is not None or to_block is not None):
        raise UsageError("from", from_day or to_day, "days or blocks, not both")
    days = [
        day_of(day, field=field) if day else None
        for field, day in (("from", from_day), ("until", to_day))
    ]
    require_writable(file, field="file")
    chain, manifest = run.reader.chain, run.reader.manifest
    if any(days):
        from_block, to_block = blocks_of_days(chain, manifest, days[0], days[1])
    with progress(run) as tell:
        last = chain.head() if to_block is None else to_block
        places = scan(
            chain, manifest, subject, first=from_block if period else None, last=last, tell=tell
        )
        shape = make(
            chain,
            manifest,
            subject,
            places,
            coverage="blocks" if complete else "acts",
            first=from_block,
            last=last,
            tell=tell,
        )
    evidence.write(shape, file)
    return {
        "file": file,
        "bytes": file.stat().st_size,
        "subject": str(subject),
        "coverage": shape["coverage"],
        "first": shape["first"],
        "last": shape["last"],
        "block_hash": shape["blockHash"],
        "acts": len(shape["acts"]),
        "slots": len(shape["slots"]),
        "statement": shape["statement"],
    }


@command(app, "verify")
def verify(
    run: Run,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The evidence.")],
    block_hash: Annotated[
        str,
        typer.Option(
            "--block-hash",
            metavar="HASH",
            help="Of the file's last block, from a source you trust: another node, a notary.",
        ),
    ],
    known: Annotated[
        Path | None,
        typer.Option("--known-manifest", metavar="FILE", help="The ledger's manifest, if known."),
    ] = None,
) -> object:
    """
    Verify an evidence file without a node or a database; the first thing that does not fit is
    named, with exit code 1.

    Result: {"subject", "coverage", "first", "last", "block_hash", "chain_id", "manifest_hash",
    "operator", "acts", "transactions", "slots", "ranges", "is_folded", "statement"}.
    """
    from scf.audit.proofs.verify import verify_file
    from scf.build.manifest import Manifest

    hash_of(block_hash, field="block-hash")
    manifest = Manifest.load(known) if known else None
    with progress(run) as tell:
        found = verify_file(file, block_hash, manifest=manifest, tell=tell)
    lines = [f"{file} holds: everything in it follows from the block hash given.", ""]
    lines += [f"  {sentence}" for sentence in found.statement]
    lines += ["", f"Chain {found.chain_id}, operator {found.operator}."]
    lines += [f"The manifest's text has the keccak-256 {found.manifest_hash}."]
    return Answer(result=found, text="\n".join(lines))


def _subject(named: Mapping[str, str]) -> Subject:
    """What the evidence is about, from the one option given."""
    from scf.audit.proofs.claim_facts import word_key
    from scf.audit.proofs.concerns import Subject
    from scf.audit.proofs.layout import id_key
    from scf.audit.proofs.misfit import hex_of
    from scf.contracts import bill_checks, checks

    if len(named) != 1:
        found = ", ".join(text or kind for kind, text in named.items()) or "(none)"
        expected = "one of --certificate, --bill, --range, --invoice, --party, --period"
        raise UsageError("subject", found, expected)
    ((kind, text),) = named.items()
    if kind == "certificate":
        return Subject(kind, id_key(certificate_of(text)))
    if kind == "bill":
        return Subject(kind, word_key(bill_checks.number(text)))
    if kind == "range":
        return Subject(kind, _range_key(text))
    if kind == "invoice":
        return Subject(kind, hex_of(hash_of(text, field="invoice")))
    if kind == "party":
        return Subject(kind, checks.party(text, "party"))
    return Subject(kind)


def _range_key(text: str) -> str:
    from scf.audit.proofs.claim_facts import word_key
    from scf.audit.proofs.misfit import hex_of
    from scf.model.bill_numbers import parse_bill_range

    if text.startswith("0x"):
        return hex_of(hash_of(text, field="range"))
    return word_key(parse_bill_range(text).token_id)
