"""Files that go from one officer to another: quotes, changes of officers, founders."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.contracts.participants import OfficerChange
    from scf.contracts.signing import Approval
    from scf.model.financing_records import BillQuote, ClaimTerms
    from scf.model.records import Quote, SignedQuote

Record = TypeVar("Record")


def read_object(path: Path, what: str) -> Mapping[str, Any]:
    """
    A JSON object from a file.

    Raises:
        UsageError: unreadable, not JSON, or no object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise UsageError(what, str(path), "a readable file in JSON") from exc
    if not isinstance(found, dict):
        raise UsageError(what, str(path), "a JSON object")
    return found


def write_object(path: Path, value: Mapping[str, Any]) -> None:
    """
    Write a JSON object.

    Raises:
        UsageError: the place is not writable.
    """
    write_text(path, json.dumps(value, indent=2) + "\n")


def write_text(path: Path, text: str, *, field: str = "file") -> None:
    """
    Write a text; one that is half written is never seen.

    Raises:
        UsageError: the place is not writable.
    """
    part = _part_of(path)
    try:
        part.write_text(text, encoding="utf-8")
        if part != path:
            part.replace(path)
    except OSError as exc:
        raise UsageError(field, str(path), f"a writable place ({exc.strerror})") from exc


def require_writable(path: Path, *, field: str) -> None:
    """
    Make sure that a file can be written there, before long work is done for it.

    Raises:
        UsageError: it cannot.
    """
    part = _part_of(path)
    try:
        part.touch()
        if part != path:
            part.unlink()
    except OSError as exc:
        raise UsageError(field, str(path), f"a writable place ({exc.strerror})") from exc


def _part_of(path: Path) -> Path:
    """Where a file is written at first; a pipe or device is written to itself."""
    return path if path.exists() and not path.is_file() else path.with_name(path.name + ".part")


def save_quote(path: Path, signed: SignedQuote) -> None:
    """Write a signed quote: amounts in fen, rate in ppm, deadline in unix seconds."""
    quote = signed.quote
    write_object(
        path,
        {
            "funder": quote.funder,
            "seller": quote.seller,
            "certificate_id": f"0x{quote.certificate_id:064x}",
            "amount_fen": quote.amount,
            "rate_ppm": quote.rate,
            "fee_fen": quote.fee,
            "recourse": quote.recourse.name.lower(),
            "cap_fen": quote.cap,
            "advance_fen": quote.financed,
            "costs_max_fen": quote.costs_max,
            "buyer_share_ppm": quote.buyer_share,
            "epoch": quote.epoch,
            "registry_receipt": "0x" + quote.registry_receipt.hex(),
            "deadline": quote.deadline,
            "officer": signed.officer,
            "signature": "0x" + signed.signature.hex(),
        },
    )


def load_quote(path: Path) -> SignedQuote:
    """
    Read a signed quote.

    Raises:
        UsageError: not a file that `save_quote` wrote.
    """
    from scf.model.records import Quote, Recourse, SignedQuote

    found = read_object(path, "quote")
    try:
        quote = Quote(
            funder=found["funder"],
            seller=found["seller"],
            certificate_id=int(found["certificate_id"], 16),
            amount=found["amount_fen"],
            rate=found["rate_ppm"],
            fee=found["fee_fen"],
            recourse=Recourse[found["recourse"].upper()],
            cap=found["cap_fen"],
            advance=found["advance_fen"],
            costs_max=found["costs_max_fen"],
            buyer_share=found["buyer_share_ppm"],
            epoch=found["epoch"],
            registry_receipt=bytes.fromhex(found["registry_receipt"][2:]),
            deadline=found["deadline"],
        )
        signature = bytes.fromhex(found["signature"][2:])
        return SignedQuote(quote=quote, officer=found["officer"], signature=signature)
    except (KeyError, TypeError, ValueError) as exc:
        raise UsageError("quote", str(path), f"all fields of a signed quote ({exc})") from exc


def load_offer(path: Path) -> tuple[Quote | BillQuote, Approval]:
    """
    A signed quote of either kind: for a certificate, or for a bill.

    Raises:
        UsageError: not a file that `scf finance quote` or `quote-bill` wrote.
    """
    from scf.contracts.signing import Approval
    from scf.model.financing_records import BillQuote

    if "token_id" in read_object(path, "quote"):
        return load_signed(path, BillQuote)
    signed = load_quote(path)
    return signed.quote, Approval(officer=signed.officer, signature=signed.signature)


def save_signed(path: Path, terms: Any, officer: str, signature: bytes) -> None:
    """Write terms (a record of `financing_records`) with an officer's approval of them."""
    from dataclasses import fields

    plain = {item.name: _written(getattr(terms, item.name)) for item in fields(terms)}
    write_object(path, plain | {"officer": officer, "signature": _written(signature)})


def load_signed(path: Path, kind: type[Record]) -> tuple[Record, Approval]:
    """
    Read terms and the approval with them.

    Raises:
        UsageError: not a file that `save_signed` wrote for terms of this kind.
    """
    from dataclasses import fields

    from scf.contracts.signing import Approval

    found = dict(read_object(path, "terms"))
    try:
        approval = Approval(
            officer=found.pop("officer"), signature=bytes.fromhex(found.pop("signature")[2:])
        )
        names = {item.name: str(item.type) for item in fields(kind)}  # type: ignore[arg-type]
        return kind(**{name: _read(text, names[name]) for name, text in found.items()}), approval
    except (KeyError, TypeError, ValueError) as exc:
        expected = f"all fields of signed {kind.__name__} ({exc})"
        raise UsageError("terms", str(path), expected) from exc


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return value.isoformat() if isinstance(value, dt.date) else value


def _read(value: Any, kind: str) -> Any:
    if kind == "bytes":
        return bytes.fromhex(value[2:])
    return dt.date.fromisoformat(value) if kind.startswith("dt.date") and value else value


def load_claim(path: Path) -> ClaimTerms:
    """
    Read a recourse claim.

    Raises:
        UsageError: not a file that `scf finance claim` wrote.
    """
    from scf.model.financing_records import ClaimTerms

    found = read_object(path, "claim")
    try:
        return ClaimTerms(
            certificate_id=int(found["certificate_id"], 16),
            claimant=found["claimant"],
            path=tuple(found["path"]),
            amount=found["amount_fen"],
            evidence_hash=bytes.fromhex(found["evidence_hash"][2:]),
            reference=bytes.fromhex(found["reference"][2:]),
        )
    except (KeyError, TypeError, ValueError) as exc:
        raise UsageError("claim", str(path), f"all fields of a claim ({exc})") from exc


def save_change(path: Path, change: OfficerChange) -> None:
    """Write a change of officers as it was signed."""
    from dataclasses import asdict

    write_object(path, asdict(change) | {"powers": int(change.powers)})


def load_change(path: Path) -> OfficerChange:
    """
    Read a change of officers.

    Raises:
        UsageError: not a file that `save_change` wrote.
    """
    from scf.contracts.participants import OfficerChange
    from scf.model.records import Powers

    found = dict(read_object(path, "saved"))
    try:
        return OfficerChange(**found | {"powers": Powers(found["powers"])})
    except (KeyError, TypeError, ValueError) as exc:
        raise UsageError("saved", str(path), f"all fields of a change ({exc})") from exc
