"""
Everything scf raises.

* ScfError
  + UsageError            wrong before anything is asked of the chain: a field, its value, what was
                          expected
    - ManifestError       the manifest and the chain (or the package) do not belong together
    - KeyFileError        a key file that is missing, unreadable or does not open with this password
  + RefusedError          a rule of the trade said no; nothing changed
    - ContractRefusal     a contract said it: `.name`, `.fields`, `.rule`, `.advice`
  + UnsoundError          something kept for an audit is not what was put there
  + UnavailableError      the node did not answer, or not in time; trying again may help

Catch `ScfError` at the edge (commands, scripts); catch the leaves where you can act on them. Each
carries the exit code of the command line (1 refused, 2 usage, 3 unreachable) and `as_dict()`, the
shape of `--json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


class ScfError(Exception):
    """Base of every exception raised by scf."""

    exit_code: ClassVar[int] = 1
    should_retry: ClassVar[bool] = False

    def as_dict(self) -> dict[str, Any]:
        """The error as the stable JSON object that every command prints with `--json`."""
        return {"error": type(self).__name__, "message": str(self), "retry": self.should_retry}

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickled whole: the arguments that it was made with are not those of its constructor.
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[ScfError], args: tuple[Any, ...]) -> ScfError:
    return kind.__new__(kind, *args)


class UsageError(ScfError, ValueError):
    """
    An argument cannot be right; nothing was sent.

    Args:
        field: the name of the argument, column or option.
        value: what was given (never a secret).
        expected: what would have been accepted, as the end of the sentence "expected …".
    """

    exit_code = 2

    def __init__(self, field: str, value: object, expected: str) -> None:
        super().__init__(f"{field}: {value!r} is not accepted; expected {expected}")
        self.field = field
        self.value = value
        self.expected = expected

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {
            "field": self.field,
            "value": str(self.value),
            "expected": self.expected,
        }


class ManifestError(UsageError):
    """The manifest does not describe the chain that answered, or other versions of contracts."""


class KeyFileError(UsageError):
    """A key file is missing, unreadable, of another kind, or its password is wrong."""


class RefusedError(ScfError):
    """A rule of the trade refused the act; nothing changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRef:
    """The dated rule behind a refusal: its id in the rulebook (`R77-2a`) and its version."""

    id: str
    version: int


class ContractRefusal(RefusedError):
    """
    A contract refused a call.

    Attributes:
        name: the custom error (`ReceivablesStatus`), or `UnknownRevert`.
        fields: its arguments by name; integers, hex strings, enum members as integers.
        rule: the dated rule that caused it, if the error names one.
        advice: what the caller can do about it.
    """

    def __init__(
        self, name: str, fields: Mapping[str, Any], *, rule: RuleRef | None = None, advice: str = ""
    ) -> None:
        shown = ", ".join(f"{key}={value}" for key, value in fields.items())
        because = f" [rule {rule.id} v{rule.version}]" if rule else ""
        super().__init__(f"{name}({shown}){because}" + (f": {advice}" if advice else ""))
        self.name = name
        self.fields = dict(fields)
        self.rule = rule
        self.advice = advice

    def as_dict(self) -> dict[str, Any]:
        rule = {"id": self.rule.id, "version": self.rule.version} if self.rule else None
        return super().as_dict() | {
            "error": self.name,
            "fields": self.fields,
            "rule": rule,
            "advice": self.advice,
        }


class UnsoundError(ScfError):
    """
    Something kept for an audit (a store, a file) is not what was put there.

    Args:
        what: the first thing that does not fit, by name and place.
        why: what is wrong with it.
    """

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {"what": self.what}


class UnavailableError(ScfError):
    """
    The node did not answer, or not in time. A transaction sent just before may or may not be mined.
    """

    exit_code = 3
    should_retry = True
