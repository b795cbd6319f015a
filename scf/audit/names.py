"""
What parties are called. The ledger keeps only the hash of a name; a file brings the names, and each
must be the one that was enrolled.

The file is CSV with a header; it needs the columns `uscc` and `name`, others are passed over.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scf.audit.dues import Standing
from scf.audit.reading import fold_event
from scf.audit.store import Store
from scf.contracts.participants import name_hash
from scf.errors import UsageError
from scf.model.fold import Fold
from scf.model.identifiers import party_address, uscc_fault
from scf.model.tables import LineFault, open_text, refuse_faults

_CONTRACT = "Participants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """
    Codes and names of parties.

    Attributes:
        codes: USCC by party id, of everybody enrolled.
        names: registered names by party id, of those the file knows.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def find(self, text: str) -> list[str]:
        """Ids of the parties with that code or name; a name may be a part of the whole one."""
        wanted = text.strip()
        if uscc_fault(wanted) is None:
            return [party_address(wanted).lower()]
        exact = [id_ for id_, name in self.names.items() if name == wanted]
        return exact or [id_ for id_, name in self.names.items() if wanted and wanted in name]

    @property
    def shown(self) -> Mapping[str, str]:
        """What to call every party: its name, else its code."""
        return {**self.codes, **self.names}


def names_in(store: Store, file: Path | None = None, *, until: int | None = None) -> Names:
    """As `names_of`, from a store, up to a place: only enrolments are read."""
    fold = Fold({a: n for a, n in store.deployment.contracts.items() if n == _CONTRACT})
    for event in store.events(contract=_CONTRACT, until=until):
        fold_event(fold, event)
    return names_of(fold.state, file)


def names_of(state: Standing, file: Path | None = None) -> Names:
    """
    The codes in the books and, with a file, the names that belong to them.

    Raises:
        UsageError: the file cannot be read, or a name is not the one enrolled under its code.
    """
    codes = {id_: party.uscc.decode("ascii") for id_, party in state.parties.items()}
    if file is None:
        return Names(codes=codes)
    names, faults = {}, []
    with open_text(file) as stream:
        rows = csv.DictReader(stream)
        if not {"uscc", "name"} <= set(rows.fieldnames or ()):
            raise UsageError("names", str(file), "CSV with the columns uscc and name")
        for row in rows:
            code, name = (row["uscc"] or "").strip(), (row["name"] or "").strip()
            if uscc_fault(code) is not None:
                faults.append(_fault(rows.line_num, "uscc", code, "a unified social credit code"))
                continue
            id_ = party_address(code).lower()
            party = state.parties.get(id_)
            if party is None:
                continue
            if name_hash(name) != party.name_hash:
                expected = "the name enrolled under this code (its hash differs)"
                faults.append(_fault(rows.line_num, "name", name, expected))
            names[id_] = name
    refuse_faults(file, faults)
    return Names(codes=codes, names=names)


def _fault(line: int, field_name: str, value: str, expected: str) -> LineFault:
    return LineFault(line=line, field=field_name, value=value, expected=expected)
