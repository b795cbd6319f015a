"""`scf audit prove` and `scf audit verify`: evidence files, made from a chain and read without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scf.cli.audit_group import app
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

    subject = _subject(run, certificate, invoice, party, is_period=period)
    chain, manifest = run.reader.chain, run.reader.manifest
    if from_day or to_day:
        if from_block is not None or to_block is not None:
            raise UsageError("from", from_day or to_day, "days or blocks, not both")
        days = [day_of(day, field="day") if day else None for day in (from_day, to_day)]
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
    "operator", "acts", "transactions", "slots", "is_folded", "statement"}.
    """
    from scf.audit.proofs.verify import verify_file
    from scf.build.manifest import Manifest

    manifest = Manifest.load(known) if known else None
    with progress(run) as tell:
        found = verify_file(file, block_hash, manifest=manifest, tell=tell)
    lines = [f"{file} holds: everything in it follows from the block hash given.", ""]
    lines += [f"  {sentence}" for sentence in found.statement]
    lines += ["", f"Chain {found.chain_id}, operator {found.operator}."]
    lines += [f"The manifest's text has the keccak-256 {found.manifest_hash}."]
    return Answer(result=found, text="\n".join(lines))


def _subject(
    run: Run, certificate: str | None, invoice: str | None, party: str | None, *, is_period: bool
) -> Subject:
    from scf.audit.proofs.concerns import Subject
    from scf.audit.proofs.layout import id_key
    from scf.audit.proofs.misfit import hex_of
    from scf.contracts import checks

    chosen = [item for item in (certificate, invoice, party) if item is not None]
    if len(chosen) + is_period != 1:
        found = ", ".join(chosen) or "(none)"
        raise UsageError("subject", found, "one of --certificate, --invoice, --party, --period")
    if certificate is not None:
        return Subject("certificate", id_key(certificate_of(certificate)))
    if invoice is not None:
        return Subject("invoice", hex_of(hash_of(invoice, field="invoice")))
    if party is not None:
        return Subject("party", checks.party(party, "party"))
    return Subject("period")
