"""A PostgreSQL server for one test run, where its programs are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scf.chain.node import _free_port

PLACES = "/usr/lib/postgresql/*/bin"
NOBODY = "nobody"
WAIT_SECONDS = 90


def programs() -> Path | None:
    """The directory of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    found = sorted(Path("/").glob(PLACES.lstrip("/") + "/initdb"))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A fresh server on a free port; gives the URL of its database, and ends it."""
    data, port = Path(tempfile.mkdtemp(prefix="scf-pg-")), _free_port()
    sockets = data / "sockets"
    log = data / "log"
    _own(data)
    try:
        _run("initdb", "-D", str(data / "db"), "-U", "scf", "--auth=trust", "--no-sync")
        sockets.mkdir()
        _own(sockets)
        options = f"-p {port} -k {sockets} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run("pg_ctl", "-D", str(data / "db"), "-l", str(log), "-w", "-t", str(WAIT_SECONDS),
             "-o", options, "start")  # fmt: skip
        try:
            yield f"postgresql://scf@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", str(data / "db"), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _run(program: str, *words: str) -> None:
    folder = programs()
    assert folder is not None
    subprocess.run(
        [str(folder / program), *words],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        user=NOBODY if os.geteuid() == 0 else None,  # the server refuses to run as root
        cwd="/",
    )


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(NOBODY)
        os.chown(folder, account.pw_uid, account.pw_gid)
