"""Who holds a certificate: from its events to parties, and from balances to those who still do."""

from __future__ import annotations

from collections.abc import Iterator

from scf.chain.chain import Read
from scf.contracts.face import Context


def holders_of(context: Context, certificate_id: int) -> list[str]:
    """The parties that hold a part of a certificate at the head of the chain, ascending."""
    contract = context.contracts["Receivables"]
    parties = sorted(set(_receivers(context, certificate_id)))
    reads = [
        Read(contract=contract, function="balanceOf", args=(party, certificate_id))
        for party in parties
    ]
    balances = context.chain.call_many(reads)
    return [party for party, balance in zip(parties, balances, strict=True) if balance]


def _receivers(context: Context, certificate_id: int) -> Iterator[str]:
    """
    Everybody who ever received a part.

    The token's own event does not index the id, so the certificate's indexed events name the blocks
    in which units moved, and only those are searched.
    """
    receivables, invoices = context.contracts["Receivables"], context.contracts["Invoices"]
    opened = invoices.abi.event("CertificateOpened").topic
    moved = [
        receivables.abi.event(name).topic
        for name in ("CertificateTransferred", "CertificateMovedByOrder")
    ]
    first, head = context.manifest.first_block, context.chain.head()
    addresses = [receivables.address, invoices.address]
    topics = [[opened, *moved], f"0x{certificate_id:064x}"]
    blocks = {
        int(raw["blockNumber"], 16)
        for raw in context.chain.logs(first, head, addresses, topics=topics)
    }
    single = receivables.abi.event("TransferSingle").topic
    for block in sorted(blocks):
        for raw in context.chain.logs(block, block, [receivables.address], topics=[single]):
            log = receivables.decode_log(raw)
            if log is not None and log.args["id"] == certificate_id:
                yield log.args["to"]
