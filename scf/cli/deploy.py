"""`scf deploy`: the contracts on a chain, and the manifest that says where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scf.cli.runner import Run, command, group
from scf.cli.values import member_of, members_of
from scf.errors import UsageError

if TYPE_CHECKING:
    from scf.chain.keys import Signer
    from scf.model.rules import RuleVersion

app = group("deploy", "Put the contracts on a chain and write the manifest.")
_NAMES = ("operator", "regulator", "court")
_DEMO_OFFICERS = {"operator": 2, "regulator": 2, "court": 2}
_CALENDAR_YEARS = 2


@command(app, "deploy", alone=True)
def deploy(
    run: Run,
    founders: Annotated[
        Path | None,
        typer.Option("--founders", metavar="FILE", help="JSON: operator, regulator and court."),
    ] = None,
    demo_founders: Annotated[
        bool,
        typer.Option(
            "--demo-founders",
            help="For trials: make keys operator-1 … court-2, load rules and calendars.",
        ),
    ] = False,
    recovery_days: Annotated[
        int, typer.Option("--recovery-days", min=1, help="To object to a recovery of keys.")
    ] = 14,
) -> object:
    """
    Create the contracts at the URL and write the manifest (see `--manifest`).

    FILE is {"operator": PARTY, "regulator": PARTY, "court": PARTY}, where PARTY is {"uscc", "name",
    "roles": "platform_operator", "size": "medium", "officers": ["NAME of a key or address", …]}.
    The deploying key (`--key`) has no rights afterwards.

    Result: {"manifest", "chain_id", "operator", "contracts": {name: address}, "keys": [names],
    "consortium_key_id", "rules", "calendars"}.
    """
    from scf.build.deploy import deploy as create
    from scf.build.manifest import require_place
    from scf.chain.keys import Signer
    from scf.cli.secrets import make_consortium_key
    from scf.model.identifiers import consortium_key_id
    from scf.model.rules import trial_rules

    if (founders is None) != demo_founders:
        raise UsageError("founders", founders, "either --founders FILE or --demo-founders")
    rules = trial_rules()  # a bad file is found before anything is done
    keys: dict[str, list[Signer]] = {}
    if founders is not None:
        enrolments, deployer = _from_file(run, founders), run.officer
    else:
        keys = _demo_keys(run)
        enrolments, deployer = _demo_founders(keys), Signer.create()
    require_place(run.manifest_path)
    secret = make_consortium_key(run.home / "consortium.key")
    run.give_gas(
        [deployer.address, *(str(g["officer"]) for e in enrolments for g in e["officers"])]
    )
    with run.open_sender() as sender:
        manifest = create(
            run.chain, sender, deployer, enrolments, recovery_delay_days=recovery_days
        )
    manifest.save(run.manifest_path)
    loaded = _load(run, keys, rules) if demo_founders else {"rules": 0, "calendars": []}
    return {
        "manifest": run.manifest_path,
        "chain_id": manifest.chain_id,
        "operator": manifest.operator,
        "contracts": {name: item.address for name, item in manifest.contracts.items()},
        "keys": [f"{name}-{place + 1}" for name in keys for place in range(len(keys[name]))],
        "consortium_key_id": consortium_key_id(secret),
        **loaded,
    }


def _from_file(run: Run, path: Path) -> list[dict[str, Any]]:
    from scf.cli.files import read_object

    found = read_object(path, "founders")
    missing = [name for name in _NAMES if not isinstance(found.get(name), dict)]
    if missing:
        raise UsageError("founders", str(path), f"an object {missing[0]!r}")
    return [_enrolment(run, found[name], name) for name in _NAMES]


def _enrolment(run: Run, stated: Mapping[str, Any], name: str) -> dict[str, Any]:
    from scf.contracts.checks import SECONDS_MAX
    from scf.contracts.participants import OfficerGrant, enrolment_of
    from scf.model.records import PartyDetails, Roles, SizeClass

    try:
        details = PartyDetails(
            uscc=str(stated["uscc"]),
            name=str(stated["name"]),
            roles=members_of(Roles, str(stated["roles"]), f"{name}.roles"),
            size_class=member_of(SizeClass, str(stated["size"]), f"{name}.size"),
        )
        officers = [str(key) for key in stated["officers"]]
    except (KeyError, TypeError) as exc:
        raise UsageError(f"founders.{name}", str(exc), "uscc, name, roles, size, officers") from exc
    addresses = [
        key if key.startswith("0x") else run.keystore.find(key).address for key in officers
    ]
    grants = [OfficerGrant(officer=address) for address in addresses]
    return dict(enrolment_of(details, grants, SECONDS_MAX))


def _demo_keys(run: Run) -> dict[str, list[Signer]]:
    from scf.chain.keys import Keystore

    # Everybody knows what these keys are for: quick encryption does.
    store = Keystore(run.keystore.directory, light=True)
    known = {entry.name for entry in store.entries()}
    keys: dict[str, list[Signer]] = {}
    for name, count in _DEMO_OFFICERS.items():
        keys[name] = []
        for place in range(1, count + 1):
            if f"{name}-{place}" not in known:
                store.new(f"{name}-{place}", run.password)
            keys[name].append(run.signer(f"{name}-{place}"))
    return keys


def _demo_founders(keys: Mapping[str, Sequence[Signer]]) -> list[dict[str, Any]]:
    from scf.local_ledger import founders_of

    return founders_of(keys)


def _load(
    run: Run, keys: Mapping[str, Sequence[Signer]], rules: Sequence[RuleVersion]
) -> dict[str, Any]:
    """Rules in force and calendars, as on any local ledger."""
    from scf.model.calendars import cn_calendar_year, cn_years_known

    count = 0
    for name, operators in (("regulator", False), ("operator", True)):
        face = run.reader.with_signer(keys[name][0]).rulebook
        count += len(face.load_rules(rules, approver=keys[name][1], operators=operators))
    first = run.chain.today().year
    years = [year for year in range(first, first + _CALENDAR_YEARS) if year in cn_years_known()]
    rulebook = run.reader.with_signer(keys["operator"][0]).rulebook
    for year in years:
        rulebook.set_calendar(cn_calendar_year(year), approver=keys["operator"][1])
    return {"rules": count, "calendars": years}
