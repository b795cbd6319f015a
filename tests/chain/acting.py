"""A process that sends acts until done or killed: URL, contract, journal, first and last number."""

from __future__ import annotations

import sys
from pathlib import Path

from chain_worlds import probe_abi

from scf.chain.abi import Contract
from scf.chain.acts import Act
from scf.chain.chain import Chain
from scf.chain.journal import Journal
from scf.chain.keys import Signer
from scf.chain.sender import Sender


def main(url: str, address: str, journal: str, first: int, last: int) -> None:
    probe = Contract(address, probe_abi())
    signers = [Signer.from_key((number + 1).to_bytes(32)) for number in range(3)]
    acts = [
        Act(
            to=probe,
            function="count",
            args=(number.to_bytes(32),),
            signer=signers[number % 3],
            gas=150_000,
            check=False,
        )
        for number in range(first, last)
    ]
    sender = Sender(Chain.connect(url), Journal(Path(journal)), batch=20, timeout=60)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    failed = [outcome.error for outcome in sender.send_stream(acts) if outcome.error]
    sys.exit(4 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
