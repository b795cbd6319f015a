"""
Options that many commands have, and how their texts become values.

An option made by `checked` is read as soon as it is said: what cannot be right is refused before
any key is opened and any node asked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from scf.errors import UsageError
from scf.units import Fen, parse_day, parse_fen

_HASH = re.compile(r"0x([0-9a-fA-F]{64})")
_UNLIMITED = "unlimited"
LIMIT_MAX = 2**80 - 1
_Flag = TypeVar("_Flag", bound=IntFlag)
_Enum = TypeVar("_Enum", bound=IntEnum)


def amount_of(text: str, *, field: str = "amount") -> Fen:
    """Yuan as text to fen, above zero."""
    amount = parse_fen(text, field=field)
    if amount == 0:
        raise UsageError(field, text, "an amount above zero")
    return amount


def limit_of(text: str, *, field: str = "limit") -> int:
    """An officer's limit: yuan, or `unlimited`."""
    return LIMIT_MAX if text == _UNLIMITED else parse_fen(text, field=field)


def day_of(text: str, *, field: str = "day") -> dt.date:
    """An ISO day."""
    return parse_day(text, field=field)


def hash_of(text: str, *, field: str) -> bytes:
    """
    32 bytes from `0x…`, or SHA-256 of a file's content from `file:PATH`.

    Raises:
        UsageError: neither, or the file cannot be read.
    """
    if text.startswith("file:"):
        path = Path(text.removeprefix("file:"))
        try:
            return hashlib.sha256(path.read_bytes()).digest()
        except OSError as exc:
            reason = exc.strerror or "it cannot be opened"
            raise UsageError(field, str(path), f"a readable file ({reason})") from exc
    match = _HASH.fullmatch(text.strip())
    if match is None:
        raise UsageError(field, text, "0x and 64 hex digits, or file:PATH")
    return bytes.fromhex(match[1])


def certificate_of(text: str, *, field: str = "id") -> int:
    """A certificate id."""
    match = _HASH.fullmatch(text.strip())
    if match is None:
        raise UsageError(field, text, "a certificate id: 0x and 64 hex digits")
    return int(match[1], 16)


def party_of(text: str, *, field: str = "party") -> str:
    """A party's identifier, from itself or from its code (check digits verified)."""
    from scf.contracts import checks

    return checks.party(text, field)


def text_hash(text: str) -> bytes:
    """SHA-256 of a text, to stand for it on chain."""
    return hashlib.sha256(text.encode("utf-8")).digest()


def member_of(kind: type[_Enum], text: str, field: str) -> _Enum:
    """A member of an enum by its name in lower case."""
    found = kind.__members__.get(text.strip().upper())
    if found is None:
        raise UsageError(field, text, f"one of {_names(kind)}")
    return found


def members_of(kind: type[_Flag], text: str, field: str) -> _Flag:
    """Members of a flag by their names in lower case, comma-separated."""
    found = kind(0)
    for part in text.split(","):
        member = kind.__members__.get(part.strip().upper())
        if member is None:
            raise UsageError(field, part, f"some of {_names(kind)}, comma-separated")
        found |= member
    return found


def _names(kind: type[IntEnum | IntFlag]) -> str:
    return ", ".join(name.lower() for name in kind.__members__)


def checked(name: str, reading: Callable[..., object], **settings: Any) -> Any:
    """
    An option whose text is read once before the command begins, so that nothing is asked of a node
    for the sake of a wrong word; the command gets the text.

    Args:
        name: `--amount`; without the dashes it is the field that a refusal names.
        reading: reads the text as the command will: `amount_of`, `day_of` …
        settings: of `typer.Option`.
    """
    field = name.removeprefix("--")

    def check(given: str | list[str] | None) -> str | list[str] | None:
        for text in [given] if isinstance(given, str) else given or ():
            reading(text, field=field)
        return given

    return typer.Option(name, callback=check, **settings)


AmountOption = Annotated[
    str,
    checked("--amount", amount_of, metavar="YUAN", help="Yuan, at most two decimals: 1,234.56."),
]
PartyOption = Annotated[
    str,
    checked("--party", party_of, metavar="PARTY", help="Party: its 18-character code or its id."),
]
ToOption = Annotated[str, checked("--to", party_of, metavar="PARTY", help="Who receives it.")]
FromOption = Annotated[str, checked("--from", party_of, metavar="PARTY", help="Who gives it.")]
CertificateOption = Annotated[
    str,
    checked("--id", certificate_of, metavar="ID", help="Certificate id: 0x and 64 hex digits."),
]
KeyHashOption = Annotated[
    str, checked("--invoice", hash_of, metavar="KEY", help="Invoice key (`scf invoice key`).")
]
EvidenceOption = Annotated[
    str,
    checked(
        "--evidence",
        hash_of,
        metavar="HASH",
        help="Trade evidence: 0x and 64 hex digits, or file:PATH.",
    ),
]
ConsentOption = Annotated[
    str,
    checked(
        "--consent",
        hash_of,
        metavar="HASH",
        help="Consent record: 0x and 64 hex digits, or file:PATH.",
    ),
]
ReasonOption = Annotated[
    str,
    checked("--reason", hash_of, metavar="HASH", help="Record of the reason: hash, or file:PATH."),
]
DocumentOption = Annotated[
    str,
    checked("--document", hash_of, metavar="HASH", help="The order's text: hash, or file:PATH."),
]
ExpiryOption = Annotated[
    str,
    checked("--until", day_of, metavar="DAY", help="Last day of the freeze, or to carry it out."),
]
ApproverOption = Annotated[
    str, typer.Option("--approver", metavar="NAME", help="Key of the second officer.")
]
SecondOption = Annotated[
    str, typer.Option("--second", metavar="NAME", help="Key of the officer who carries it out.")
]
AgainOption = Annotated[
    int,
    typer.Option(
        "--again",
        metavar="N",
        min=0,
        help="The same words said again are done once; count up to do them once more.",
    ),
]
