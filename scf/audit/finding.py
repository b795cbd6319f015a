"""
Finding the thing a person means: by its id or the first digits of it, a party's code or name, a
rule's id, an officer's address.
"""

from __future__ import annotations

import difflib

from scf.audit.names import Names
from scf.audit.records import Subject
from scf.audit.rooms.telling import rule_text
from scf.audit.store import Store
from scf.audit.subjects import find_subjects, subject_of
from scf.errors import UsageError
from scf.model.bill_numbers import NUMBER_DIGITS, parse_units
from scf.model.identifiers import uscc_fault

_NEAR = 3


def find(store: Store, text: str, names: Names, *, kind: str | None = None) -> Subject:
    """
    The one thing in the store that a text means.

    Args:
        text: an id or its first digits (`0x…`), a code, a name or a part of one, a rule's id.
        names: of the parties.
        kind: to choose where one id names several things.

    Raises:
        UsageError: nothing or several things; the message names what is near, or what there is.
    """
    wanted = text.strip()
    if wanted[:2].lower() == "0x":
        return subject_of(store, wanted, kind=kind)
    if (bill := _bill(store, wanted)) is not None:
        return bill
    if (rule := _rule(store, wanted)) is not None:
        return rule
    parties = names.find(wanted)
    if len(parties) == 1:
        return subject_of(store, parties[0], kind="party")
    if parties:
        shown = ", ".join(f"{names.shown.get(id_, id_)} ({id_})" for id_ in parties[:_NEAR])
        raise UsageError("id", text, f"one of them: {shown}")
    raise UsageError("id", text, _what_there_is(store, wanted, names))


def _bill(store: Store, text: str) -> Subject | None:
    """A bill by its number, a sub-range by number, colon and units: `6…7:1-500`."""
    number, _, units = text.partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) == NUMBER_DIGITS):
        return None
    key, kind = int(number), "bill"
    if units:
        key, kind = parse_units(key, units).token_id, "range"
    return subject_of(store, f"0x{key:064x}", kind=kind)


def _rule(store: Store, text: str) -> Subject | None:
    if not text.isascii() or not 0 < len(text) <= 32:
        return None
    key = "0x" + text.encode("ascii").ljust(32, b"\0").hex()
    return next(iter(find_subjects(store, key, kind="rule")), None)


def _what_there_is(store: Store, text: str, names: Names) -> str:
    rules = [rule_text(bytes.fromhex(item.key[2:])) for item in find_subjects(store, kind="rule")]
    known = [*names.names.values(), *names.codes.values(), *rules]
    near = difflib.get_close_matches(text, known, _NEAR, 0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    fault = uscc_fault(text)
    odd = f" (no code: {fault.value})" if fault and len(text) == 18 else ""
    what = (
        "an id (0x and its first digits), a bill's number (with :1-500 for a sub-range), a "
        f"party's code or name, or a rule such as {rules[0] if rules else 'R77-2a'}"
    )
    return f"{what}{odd}{hint}"
