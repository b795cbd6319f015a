"""
Runs a command and ends it, with everything it started, as soon as standard input closes.

Started as a script between scf and a node: when scf ends, even by `kill -9`, the kernel closes the
pipe, on every system. Uses the standard library only, so that it starts quickly: `python -I -S
watchdog.py LOG COMMAND…`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

GRACE_SECONDS = 10


def main(log: str, command: list[str]) -> int:
    """Run `command` in a process group of its own, its output going to `log`; its exit code."""
    with Path(log).open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    threading.Thread(target=_end_with_parent, args=(child,), daemon=True).start()
    code = child.wait()
    _signal_group(child, signal.SIGKILL)
    return code


def _end_with_parent(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 4096):
        pass
    _signal_group(child, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        _signal_group(child, signal.SIGKILL)


def _signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
