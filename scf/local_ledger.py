"""
A ledger of one's own, on a local node: started, deployed, with rules and calendars, in one call.

For trials, tests and studies: all officers of operator, regulator and court are here, so four eyes
are two of one person.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scf.build.deploy import deploy
from scf.build.manifest import Manifest
from scf.chain.chain import Chain
from scf.chain.journal import Journal
from scf.chain.keys import Signer
from scf.chain.node import Anvil, Ganache, LocalNode
from scf.chain.sender import Sender
from scf.chain.transactions import keccak
from scf.contracts.checks import SECONDS_MAX
from scf.contracts.face import Context
from scf.contracts.participants import OfficerGrant, enrolment_of
from scf.contracts.rulebook import OPERATOR_PREFIX, Rulebook, rules_to_enter
from scf.errors import UsageError
from scf.ledger import Ledger, context_of
from scf.model.calendars import cn_calendar_year, cn_years_known
from scf.model.identifiers import build_uscc
from scf.model.records import PartyDetails, Roles, SizeClass
from scf.model.rules import trial_rules
from scf.units import civil_day, from_civil_day

_SEED_BYTES = 32
_NODES = ("ganache", "anvil")
_OPENING_HOUR = 9
_CALENDAR_YEARS = 2
_FOUNDERS: Mapping[str, tuple[str, str, Roles, SizeClass, int]] = {
    # name: (first 16 of the USCC, registered name, role, size, officers)
    "operator": (
        "91310000MA1FL001",
        "Trial platform operator",
        Roles.PLATFORM_OPERATOR,
        SizeClass.MEDIUM,
        4,
    ),
    "regulator": ("11100000MB1F0002", "Trial regulator", Roles.REGULATOR, SizeClass.STATE, 2),
    "court": ("11310000MB1F0003", "Trial court", Roles.COURT, SizeClass.STATE, 2),
}


class LocalLedger(Ledger):
    """
    A ledger with its node.

    Attributes:
        officers: signers by founder: "operator" (4), "regulator" (2), "court" (2). The first of the
            operator's signs unless told otherwise.
        consortium_key: for invoice keys (`scf.invoice_key`).
        node: the node; `close` stops it.
    """

    def __init__(
        self,
        context: Context,
        *,
        node: LocalNode,
        officers: Mapping[str, tuple[Signer, ...]],
        consortium_key: bytes,
    ) -> None:
        super().__init__(context)
        self.node = node
        self.officers = officers
        self.consortium_key = consortium_key

    def close(self) -> None:
        """Close the connections and stop the node."""
        super().close()
        self.node.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setup:
    """The secrets of a local ledger, all from one seed."""

    seed: bytes

    def officers(self) -> dict[str, tuple[Signer, ...]]:
        return {
            name: tuple(self.signer(f"{name}/{index}") for index in range(row[4]))
            for name, row in _FOUNDERS.items()
        }

    def signer(self, name: str) -> Signer:
        return Signer.from_key(self.secret(name))

    def secret(self, name: str) -> bytes:
        return keccak(self.seed + name.encode())


def local(
    *,
    node: str = "ganache",
    data: Path | None = None,
    start_day: dt.date | None = None,
    deterministic: bool = False,
    home: Path | None = None,
    load_rules: bool = True,
    calendars: Sequence[int] = (),
) -> LocalLedger:
    """
    Start a node, deploy a ledger on it, and load rules and calendars; use it in a `with`.

    Args:
        node: "ganache" (kept in `data` if given) or "anvil" (fast, keeps nothing).
        data: the directory that keeps chain, keys and journal; continued if it holds them.
        start_day: the chain's first day, today unless given; its clock moves by
            `ledger.chain.move_to`.
        deterministic: the same keys every time, known to everybody.
        home: the directory of the journal where there is no `data`; in memory unless given.
        load_rules: whether to load rules and calendars. What is in force on the first day starts on
            it; later versions are loaded ahead.
        calendars: years; unless given, those around the first day that are known.

    Raises:
        UsageError: no such node, `data` with anvil, or no program of the node.
        UnavailableError: the node did not start.
    """
    if node not in _NODES:
        raise UsageError("node", node, f"one of {', '.join(_NODES)}")
    if data is not None and node == "anvil":
        raise UsageError("data", str(data), "ganache: anvil keeps nothing")
    setup = _setup(data, deterministic=deterministic)
    runner = _runner(node, data, start_day, deterministic=deterministic)
    runner.start()
    try:
        return _opened(runner, setup, data or home, is_kept=data is not None, load=load_rules,
                       calendars=calendars)  # fmt: skip
    except BaseException:
        runner.stop()
        raise


def founders_of(officers: Mapping[str, Sequence[Signer]]) -> list[dict[str, Any]]:
    """The enrolments of operator, regulator and court with which a local ledger begins."""
    founders = []
    for name, (first16, registered, roles, size, _) in _FOUNDERS.items():
        details = PartyDetails(
            uscc=build_uscc(first16), name=registered, roles=roles, size_class=size
        )
        grants = [OfficerGrant(officer=signer) for signer in officers[name]]
        founders.append(enrolment_of(details, grants, SECONDS_MAX))
    return founders


def _opened(
    runner: LocalNode,
    setup: _Setup,
    folder: Path | None,
    *,
    is_kept: bool,
    load: bool,
    calendars: Sequence[int],
) -> LocalLedger:
    chain = Chain.connect(runner.url)
    journal = Journal(_journal_path(folder, chain, is_kept=is_kept))
    sender = Sender(chain, journal)
    officers = setup.officers()
    deployer = setup.signer("deployer")
    chain.fund([deployer.address, *(key.address for row in officers.values() for key in row)])
    path = folder / "manifest.json" if folder is not None and is_kept else None
    is_new = path is None or not path.exists()
    if path is not None and not is_new:
        manifest = Manifest.load(path)
        manifest.check(chain)
    else:
        manifest = deploy(chain, sender, deployer, founders_of(officers))
    context = replace(context_of(chain, sender, manifest, officers["operator"][0]), fund=chain.fund)
    ledger = LocalLedger(
        context, node=runner, officers=officers, consortium_key=setup.secret("consortium")
    )
    if is_new and load:
        _load(ledger, context, calendars)
    if path is not None:
        # Last: a ledger whose start was cut short is set up again.
        manifest.save(path)
    return ledger


def _load(ledger: LocalLedger, context: Context, calendars: Sequence[int]) -> None:
    """Rules and calendars in one stream; nobody waits for anybody, each side signs its own."""
    first_day = ledger.today()
    operators, regulators = ledger.officers["operator"], ledger.officers["regulator"]
    fixed = replace(context, fixed_now=context.now())
    law = Rulebook(replace(fixed, signer=regulators[0]))
    own = Rulebook(replace(fixed, signer=operators[0]))
    acts: list[Any] = []
    for rule, effective in rules_to_enter(trial_rules(), first_day):
        is_own = rule.rule_id.startswith(OPERATOR_PREFIX)
        face, approver = (own, operators[1]) if is_own else (law, regulators[1])
        if rule.value is not None:
            acts.append(
                face.set_rule.prepare(
                    rule.rule_id,
                    rule.value,
                    effective_from=effective,
                    basis_hash=rule.basis_hash,
                    approver=approver,
                )
            )
    for year in calendars or _years_around(first_day):
        calendar = cn_calendar_year(year)
        acts.append(own.set_calendar.prepare(calendar, approver=operators[1]))
    for sent in ledger.send_many(acts):
        if sent.error is not None:
            raise sent.error


def _years_around(day: dt.date) -> list[int]:
    known = cn_years_known()
    return [year for year in range(day.year, day.year + _CALENDAR_YEARS + 1) if year in known]


def _runner(
    node: str, data: Path | None, start_day: dt.date | None, *, deterministic: bool
) -> LocalNode:
    start = None if start_day is None else _opening_time(start_day)
    if node == "anvil":
        return Anvil(start_time=start, deterministic=deterministic)
    return Ganache(data=data, start_time=start, deterministic=deterministic)


def _opening_time(day: dt.date) -> dt.datetime:
    zone = dt.timezone(dt.timedelta(hours=8))
    checked = from_civil_day(civil_day(day))
    return dt.datetime.combine(checked, dt.time(_OPENING_HOUR), zone)


def _setup(data: Path | None, *, deterministic: bool) -> _Setup:
    if deterministic:
        return _Setup(seed=keccak(b"scf deterministic trial ledger"))
    if data is None:
        return _Setup(seed=secrets.token_bytes(_SEED_BYTES))
    path = data / "local.json"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"seed": secrets.token_hex(_SEED_BYTES)}, file)
    try:
        seed = bytes.fromhex(json.loads(path.read_text(encoding="utf-8"))["seed"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise UsageError("data", str(data), "a directory that a local ledger wrote") from exc
    return _Setup(seed=seed)


def _journal_path(folder: Path | None, chain: Chain, *, is_kept: bool) -> Path | None:
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    name = "journal" if is_kept else f"{chain.id}-{chain.genesis_hash[2:18]}"
    return folder / f"{name}.sqlite"
