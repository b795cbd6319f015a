"""The head of a store: its tables, its version, the deployments it holds."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from scf.audit.database import Database
from scf.audit.records import DEPLOYMENTS_MAX, Deployment
from scf.build.manifest import Manifest, hash_of, package_version
from scf.errors import ManifestError, UsageError

SCHEMA_VERSION = 3


def make_tables(database: Database) -> None:
    """Make the tables of an empty database; a database with tables is left as it is."""
    if database.has_table("meta"):
        return
    with database.transaction():
        if database.has_table("meta"):
            return
        for name in ("schema.sql",):
            database.script((resources.files(__package__) / name).read_text(encoding="utf-8"))
        database.run_many(
            "INSERT INTO meta (name, value) VALUES (?, ?)",
            [("schema_version", str(SCHEMA_VERSION)), ("package_version", package_version())],
        )


def check_version(database: Database) -> None:
    """
    Make sure that this version of the package reads the store.

    Raises:
        UsageError: no store, or one of another version.
    """
    meta: dict[str, str] = {}
    if database.has_table("meta"):
        meta.update(database.rows("SELECT name, value FROM meta"))
    found = meta.get("schema_version")
    if found is None:
        raise UsageError("store", database.shown, "a store that `scf audit sync` made")
    if found != str(SCHEMA_VERSION):
        made = meta.get("package_version")
        raise UsageError(
            "store version",
            f"{found} (made by scf {made})",
            f"{SCHEMA_VERSION}, which scf {package_version()} reads; sync into a new store",
        )


def find_deployment(database: Database, manifest: Manifest | None, *, may_add: bool) -> Deployment:
    """
    The deployment of a manifest; the only one without a manifest.

    Args:
        may_add: whether a deployment that is not there yet is added.

    Raises:
        UsageError: there are several (or none) to choose from, or too many.
        ManifestError: the store does not hold the manifest's deployment.
    """
    present = load_deployments(database)
    if manifest is None:
        if len(present) != 1:
            shown = ", ".join(_shown(item.manifest) for item in present) or "no deployment"
            raise UsageError("manifest", "(none)", f"--manifest, since the store holds {shown}")
        return present[0]
    text = manifest.as_json()
    wanted = hash_of(text.encode())
    for item in present:
        if item.manifest_hash == wanted:
            return item
    if not may_add:
        shown = ", ".join(_shown(item.manifest) for item in present) or "no deployment"
        raise ManifestError("manifest", _shown(manifest), f"one that the store holds: {shown}")
    if len(present) >= DEPLOYMENTS_MAX:
        raise UsageError("store", database.shown, f"at most {DEPLOYMENTS_MAX} deployments")
    with database.transaction():
        database.run(
            "INSERT INTO deployments (id, manifest_hash, manifest, chain_id, genesis_hash,"
            " first_block) SELECT COALESCE(MAX(id), 0) + 1, ?, ?, ?, ?, ? FROM deployments"
            " WHERE NOT EXISTS (SELECT 1 FROM deployments WHERE manifest_hash = ?)",
            (
                wanted,
                text,
                manifest.chain_id,
                manifest.genesis_hash,
                manifest.first_block,
                wanted,
            ),
        )
    (added,) = load_deployments(database, "WHERE manifest_hash = ?", (wanted,))
    return added


def load_deployments(
    database: Database, where: str = "", values: Sequence[Any] = ()
) -> list[Deployment]:
    """The deployments of a store, by id."""
    rows = database.rows(
        "SELECT id, manifest_hash, manifest, synced_block, synced_hash, synced_timestamp"
        f" FROM deployments {where} ORDER BY id",
        values,
    )
    found = []
    for id_, stated, text, block, hash_, timestamp in rows:
        if hash_of(text.encode()) != stated:
            raise ManifestError("manifest", f"of deployment {id_}", f"text whose hash is {stated}")
        found.append(
            Deployment(
                id=id_,
                manifest=Manifest.parse(text, f"deployment {id_} of {database.shown}"),
                manifest_hash=stated,
                synced_block=block,
                synced_hash=hash_,
                synced_timestamp=timestamp,
            )
        )
    return found


def _shown(manifest: Manifest) -> str:
    return f"chain {manifest.chain_id} with genesis {manifest.genesis_hash[:18]}…"
