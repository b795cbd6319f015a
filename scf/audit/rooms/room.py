"""
What a room is to a reader: which things it keeps, what the contracts must answer about each, and
how its events are told.

A new instrument is its fold (`scf.model.folding`) and one more `Room`; history, reconciliation and
report read it from there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scf.audit.dues import Standing
from scf.audit.rooms.telling import Telling

Subject = tuple[Any, ...]
"""A kind (`certificate`), then its key as the books have it."""

OFFICERS = (
    *("officer", "approver", "by", "maker", "checker"),
    *("fromOfficer", "sellerOfficer", "funderOfficer", "holderOfficer", "lenderOfficer"),
    *("borrowerOfficer", "buyerOfficer"),
)
"""Arguments of events that name an officer's key."""

Facts = Mapping[str, Any]
Near = Collection[int] | None


@dataclass(frozen=True, slots=True)
class Expected:
    """
    One call and what must come back.

    Attributes:
        contract: by its name (`Cash`). function: of it.
        arguments, answer: ABI-encoded.
        unknown: places of the words in `answer` that events do not tell; not compared.
    """

    contract: str
    function: str
    arguments: bytes
    answer: bytes
    unknown: frozenset[int] = frozenset()

    def is_met_by(self, answer: bytes) -> bool:
        """Whether the contract answered what the books say."""
        if not self.unknown:
            return answer == self.answer
        return len(answer) == len(self.answer) and all(
            place in self.unknown
            or answer[32 * place : 32 * place + 32] == self.answer[32 * place : 32 * place + 32]
            for place in range(len(answer) // 32)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """
    The books of one moment, and whom to ask about.

    Attributes:
        state: the books.
        day: civil day of the moment.
        parties: whose balances are asked for where the books say nothing.
        contracts: the ledger's contracts, address by name.
    """

    state: Standing
    day: int
    parties: Sequence[str]
    contracts: Mapping[str, str]

    def parties_near(self, known: Iterable[str]) -> Iterable[str]:
        """Every party to be asked about, those that the books name for a fact among them."""
        return dict.fromkeys((*known, *self.parties))


Ask = Callable[..., Iterator[Expected]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """
    One kind of thing that the books keep.

    Attributes:
        title: what is compared, in a few words.
        known: the keys of all of them in the books.
        asked: what the contracts must answer about one: takes the view, then the key.
    """

    title: str
    known: Callable[[View], Iterable[tuple[Any, ...]]]
    asked: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    A kind of thing with a history of its own.

    Attributes:
        facts: what the books say of one, by the text of its id; flat names to plain values, where
            amounts end in `_fen` and a `.` stands before a party or a part. The last argument says
            which certificates the act touched, for things whose facts would be endless; None asks
            for how the thing stands altogether.
        folded: contracts whose events make those facts.
        parts: kinds of things whose acts belong to this one's life, such as requests to transfer.
        grounds: events of other things without which the fold of this one cannot run: by kind of
            those things, names of their events; None for all.
        is_whole: whether the facts need every event of the ledger, as those of a party do; where
            `folded` names contracts, every event of theirs.
    """

    facts: Callable[[Standing, str, Near], Facts]
    folded: frozenset[str]
    parts: frozenset[str] = frozenset()
    grounds: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    How an event is told.

    Attributes:
        words: the sentence; takes the arguments and how names and amounts are written. Among the
            arguments are, by their names, those of the events `above`.
        rules: ids of the rules the act stands under (`rules.md`).
        weight: of several events of one act the heaviest gives it its name.
        signed: arguments that name an officer who signed or called.
        above: names of events just before this one in its transaction that it says more of, such
            as the moves of a sale; whoever they speak of, it speaks of too.
    """

    words: Callable[[Mapping[str, Any], Telling], str]
    rules: tuple[str, ...] = ()
    weight: int = 1
    signed: tuple[str, ...] = OFFICERS
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing that is not as it must be: a value, since an audit reports everything at once.

    Attributes:
        check: the name of the check that found it.
        subject: what it is about, as text.
        about: the call or the sum that was looked at.
        found, expected: both values, as text.
    """

    check: str
    subject: str
    about: str
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.about} is {self.found}, expected {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """
    Something that must hold in the books by themselves.

    Attributes:
        title: in a few words. rules: that ask for it.
        faults: what breaks it: (subject, what was looked at, found, expected), one by one.
    """

    title: str
    rules: tuple[str, ...]
    faults: Callable[[View], Iterator[tuple[str, str, Any, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """
    What one room adds to reading.

    Attributes:
        contracts: whose events it tells.
        matters: kinds that are reconciled, by name.
        sums: what must hold in its books, by name.
        stories: kinds with a history, by name.
        events: how its events are told, by name.
    """

    contracts: tuple[str, ...]
    matters: Mapping[str, Matter] = field(default_factory=dict)
    sums: Mapping[str, Sum] = field(default_factory=dict)
    stories: Mapping[str, Story] = field(default_factory=dict)
    events: Mapping[str, Told] = field(default_factory=dict)


def words(*values: Any) -> bytes:
    """Values in 32-byte words: numbers and addresses at the right, bytes at the left."""
    parts = []
    for value in values:
        if isinstance(value, bytes):
            parts.append(value.ljust(32, b"\0"))
        elif isinstance(value, str):
            parts.append(bytes.fromhex(value[2:]).rjust(32, b"\0"))
        else:
            parts.append(int(value).to_bytes(32, "big"))
    return b"".join(parts)


def number_of(key: str) -> int:
    """The id of a certificate from its text."""
    return int(key, 16)


def bytes_of(key: str) -> bytes:
    """A hash or key from its text."""
    return bytes.fromhex(key[2:])


def singles(keys: Iterable[Any]) -> Iterator[tuple[Any]]:
    """Keys of one part each, as `Matter.known` gives them."""
    return ((key,) for key in keys)
