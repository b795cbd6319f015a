"""
Evidence: one JSON file that proves acts of the ledger to somebody who trusts one block hash.

    headers      all block headers from `first` to `last`, each the parent of the next; the last one
                 hashes to `blockHash`, which the reader has from elsewhere
    blocks       receipts and signed transactions, each with the nodes that lead to it from a root
                 in its header; where `coverage` is "blocks", all receipts of every block whose
                 filter admits the ledger's contracts, so that no act can be missing
    acts         the events about the subject in these receipts: decoded, and raw
    slots        storage of the contracts at block `last`, with the nodes (`stateNodes`) that lead
                 to it from the state root
    manifest     which contracts; `immutables` completes the code that this package ships to the
                 code whose hash stands in the state
    statement    what follows from all this, in words

Nothing in it needs to be believed: whatever could be derived is derived again and compared. The
schema is `scf/audit/evidence.schema.json`.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from scf.audit.proofs.concerns import Subject
from scf.audit.proofs.headers import Header
from scf.audit.proofs.ledger_events import LedgerEvent, json_of, raw_of
from scf.audit.proofs.misfit import Misfit, hex_of
from scf.audit.proofs.receipts import Event
from scf.build.manifest import Manifest
from scf.chain.rlp import RlpError, split

FORMAT, VERSION = "scf-evidence", 1
COVERAGES = ("acts", "blocks")
BYTES_MAX = 1 << 30
_HEADER_BYTES_MEAN_MAX = 8 * 1024
_DEPTH_MAX = 32  # of brackets; the schema needs fewer
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKET = re.compile(r"[\[{\]}]")


def read(path: Path) -> dict[str, Any]:
    """
    An evidence file, its shape checked.

    Raises:
        Misfit: unreadable, cut off, not JSON, of another format or version, or not of the schema;
            names the part.
    """
    try:
        if path.stat().st_size > BYTES_MAX:
            raise Misfit("file", expected=f"at most {BYTES_MAX} bytes", found="more")
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        raise Misfit("file", expected="a readable file in UTF-8", found=exc) from exc
    return parse(text)


def parse(text: str) -> dict[str, Any]:
    """As `read`, from the text."""
    _refuse_deep(text)
    try:
        shape = json.loads(
            text, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float
        )
    except ValueError as exc:
        if isinstance(exc, json.JSONDecodeError):
            raise Misfit("file", expected="complete JSON", found=exc) from exc
        raise Misfit("file", expected="JSON of an evidence file", found=exc) from exc
    if not isinstance(shape, dict) or shape.get("format") != FORMAT:
        found = shape.get("format") if isinstance(shape, dict) else type(shape).__name__
        raise Misfit("format", expected=FORMAT, found=found)
    if shape.get("version") != VERSION:
        raise Misfit("version", expected=VERSION, found=shape.get("version"))
    return _checked(shape)


def _refuse_deep(text: str) -> None:
    """A file nested a hundred thousand times would end the interpreter, not raise an error."""
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEPTH_MAX:
            raise Misfit("file", expected=f"brackets at most {_DEPTH_MAX} deep", found="more")


def text_of(shape: Mapping[str, Any]) -> str:
    """An evidence file's text: one line for each part of each list."""
    lines = []
    for name, value in shape.items():
        if isinstance(value, list) and value:
            items = ",\n".join(f"  {_line(item)}" for item in value)
            lines.append(f" {json.dumps(name)}: [\n{items}\n ]")
        else:
            lines.append(f" {json.dumps(name)}: {_line(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write(shape: Mapping[str, Any], path: Path) -> None:
    """Write an evidence file; a half-written one is never seen."""
    part = path.with_name(path.name + ".part")
    part.write_text(text_of(shape), encoding="utf-8")
    part.replace(path)


def packed_headers(headers: Iterable[Header]) -> str:
    """Headers as they stand in the file."""
    return base64.b64encode(zlib.compress(b"".join(one.rlp for one in headers), 9)).decode()


def unpacked_headers(text: str, count: int) -> list[Header]:
    """
    The headers of a file.

    Args:
        text: as it stands there.
        count: how many there must be.

    Raises:
        Misfit: not such bytes, more or fewer, or one that is no header.
    """
    room = count * _HEADER_BYTES_MEAN_MAX + _HEADER_BYTES_MEAN_MAX
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), room)
        if not unpacker.eof or unpacker.unused_data:
            raise Misfit("headers", expected=f"{count} headers", found="cut off, or too long")
        parts = split(data)
    except (ValueError, zlib.error, RlpError) as exc:
        raise Misfit("headers", expected="RLP in zlib in base64", found=exc) from exc
    if len(parts) != count:
        raise Misfit("headers", expected=f"{count} headers", found=len(parts))
    return [Header.of_rlp(part) for part in parts]


def act_json(event: LedgerEvent, tx_hash: str | None, sender: str | None) -> dict[str, Any]:
    """An act as it stands in the file; hash and sender are None where they are not proven."""
    raw: Event = event.event
    return {
        "block": event.number,
        "timestamp": event.timestamp,
        "transaction": event.transaction,
        "log": event.place,
        "hash": tx_hash,
        "sender": sender,
        "contract": event.contract,
        "event": event.log.name,
        "args": json_of(event.log.args),
        "raw": raw_of(raw),
    }


def slot_json(
    contract: str, name: str, keys: Sequence[str], slot: int, word: int, means: Mapping[str, Any]
) -> dict[str, Any]:
    """A slot as it stands in the file."""
    return {
        "contract": contract,
        "variable": name,
        "keys": list(keys),
        "slot": hex_of(slot.to_bytes(32)),
        "value": hex_of(word.to_bytes(32)),
        "means": json_of(means),
    }


def statement_of(
    *,
    subject: Subject,
    coverage: str,
    first: Header,
    last: Header,
    manifest: Manifest,
    acts: int,
    slots: int,
    ranges: int,
    are_signed: bool,
    is_folded: bool,
) -> list[str]:
    """
    What a file proves and what it does not, in words; made again by who verifies it.

    `ranges` is how many sub-ranges of bills had their acts counted and found complete.
    """
    span = f"blocks {first.number} to {last.number}"
    others = "Whether other acts happened in these blocks is not shown."
    if ranges:
        others = (
            f"Each of {ranges} sub-ranges counts its acts: all that wrote it are here, up to the"
            " count in storage. Whether acts that write none (notices, statements) happened in"
            " these blocks is not shown."
        )
    lines = [
        f"All of this follows from the hash of block {last.number}, {hex_of(last.hash)}.",
        f"The {len(manifest.contracts)} contracts have the code that scf ships.",
        f"{acts} acts about {subject} happened as stated, in this order, in {span}.",
        "No act of the ledger about it is missing from these blocks."
        if coverage == "blocks"
        else others,
        "Each act's transaction and the key that signed it are proven."
        if are_signed
        else "Who signed the transactions is not proven.",
        f"{slots} storage slots hold what is stated at block {last.number}.",
    ]
    if is_folded:
        lines.append("Replaying the acts gives what these slots hold.")
    return lines


def tell_nobody(stage: str, done: int, total: int) -> None:
    """The default of what is told how far the work is."""


Tell = Callable[[str, int, int], None]


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} twice in one object")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"{text}, which is no integer")


def _checked(shape: dict[str, Any]) -> dict[str, Any]:
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator()(shape)
    except JsonSchemaValueException as exc:
        place = ".".join(str(step) for step in exc.path[1:]) or "file"
        expected = str(exc.message).removeprefix(str(exc.name)).strip()
        raise Misfit(place, expected=expected, found=exc.value) from exc
    return shape


@cache
def _validator() -> Callable[[Any], Any]:
    import fastjsonschema

    text = (resources.files("scf.audit") / "evidence.schema.json").read_text(encoding="utf-8")
    made: Callable[[Any], Any] = fastjsonschema.compile(json.loads(text), use_default=False)
    return made
