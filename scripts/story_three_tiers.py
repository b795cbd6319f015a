"""
One invoice, three tiers, one bank: the story of a certificate for integrators.

    python scripts/story_three_tiers.py

A core enterprise owes a supplier 1,000,000 yuan in sixty days. The supplier pays its own supplier
with 400,000 of that promise, who pays a third with 150,000. The third sells its part to a bank and
has money today. On the day the core pays whoever holds what.
"""

from __future__ import annotations

import datetime as dt
import hashlib

import scf
from scf.model.identifiers import build_uscc

START = dt.date(2026, 3, 2)
DELIVERY = START - dt.timedelta(days=1)
DUE = dt.date(2026, 4, 30)
NAMES = {
    "core": ("Beichen Equipment 北辰装备", scf.Roles.ENTERPRISE, scf.SizeClass.LARGE),
    "castings": ("Qingshi Castings 青石铸造", scf.Roles.ENTERPRISE, scf.SizeClass.MEDIUM),
    "foundry": ("Donghu Foundry 东湖铸件", scf.Roles.ENTERPRISE, scf.SizeClass.SMALL),
    "tooling": ("Beiguan Tooling 北关工具", scf.Roles.ENTERPRISE, scf.SizeClass.MICRO),
    "bank": ("Trial bank 演示银行", scf.Roles.BANK | scf.Roles.FUNDER, scf.SizeClass.LARGE),
    "clearing": (
        "Trial settlement bank 演示结算银行",
        scf.Roles.BANK | scf.Roles.CLEARING_BANK,
        scf.SizeClass.LARGE,
    ),
}


def paper(text: str) -> bytes:
    """The hash that stands for a document on chain; the document stays with its owner."""
    return hashlib.sha256(text.encode()).digest()


def yuan(text: str) -> scf.Fen:
    """Amounts are integers of fen."""
    return scf.parse_fen(text)


def enrol(ledger: scf.LocalLedger) -> dict[str, tuple[str, scf.Signer, scf.Signer]]:
    """Every party with its id and two officers: nobody promises anything alone."""
    parties = {}
    approver = ledger.officers["operator"][1]
    for place, (name, (registered, roles, size)) in enumerate(NAMES.items()):
        uscc = build_uscc(f"91990100MADEMT{place:02d}")
        maker, checker = scf.Signer.create(), scf.Signer.create()
        done = ledger.participants.enrol(
            scf.PartyDetails(uscc=uscc, name=registered, roles=roles, size_class=size),
            [scf.OfficerGrant(officer=maker), scf.OfficerGrant(officer=checker)],
            approver=approver,
        )
        parties[name] = (done.party, maker, checker)
    core, _, _ = parties["core"]
    ledger.invoices.set_opening_limit(core, yuan("5,000,000"), approver=approver)
    return parties


def main() -> None:
    """The story."""
    with scf.local(start_day=START) as ledger:
        parties = enrol(ledger)
        (core, maker, checker), (castings, seller, _) = parties["core"], parties["castings"]
        (foundry, founder, _), (tooling, toolmaker, _) = parties["foundry"], parties["tooling"]
        (bank, banker, _), (_, clerk, _) = parties["bank"], parties["clearing"]

        # The invoice becomes a promise: supplier, maker and checker sign one transaction.
        invoice = scf.invoice_key(ledger.consortium_key, "fp1|INVOICE|26990000000000000001")
        opened = ledger.with_signer(checker).receivables.open_confirmed(
            scf.Opening(
                invoice_key=invoice,
                reference=paper("first certificate on it"),
                supplier=castings,
                debtor=core,
                amount=yuan("1,000,000"),
                invoice_amount=yuan("1,000,000"),
                delivery_day=DELIVERY,
                due_day=DUE,
                document_hash=paper("contract, invoice and delivery note"),
                consent_hash=paper("the supplier's consent"),
            ),
            supplier=seller,
            maker=maker,
            checker=checker,
        )
        certificate = opened.certificate_id
        print(f"opened  {scf.format_fen(opened.amount):>14}  for castings, due {DUE}")

        # Down the tiers: each taker consents to certificates of the one it delivers to.
        hops = (
            (castings, seller, foundry, founder, "400,000"),
            (foundry, founder, tooling, toolmaker, "150,000"),
        )
        for giver, giving, taker, taking, amount in hops:
            ledger.with_signer(taking).receivables.set_standing_consent(
                from_party=giver, until=DUE, consent_hash=paper("standing consent")
            )
            ledger.with_signer(giving).receivables.transfer(
                certificate, to=taker, amount=yuan(amount), evidence_hash=paper("delivery note")
            )
            print(f"passed  {amount + '.00':>14}  on")

        # The bank quotes, the holder accepts: certificate against money in one transaction.
        cash = ledger.with_signer(clerk).cash
        cash.mint(to=bank, amount=yuan("150,000"), payment_id=paper("the bank's deposit"))
        quote = scf.Quote(
            funder=bank,
            seller=tooling,
            certificate_id=certificate,
            amount=yuan("150,000"),
            rate=scf.parse_rate("3.60 %"),
            fee=yuan("50"),
            registry_receipt=paper("filing receipt"),
            deadline=ledger.chain.block().timestamp + 86_400,
        )
        desk = ledger.with_signer(toolmaker).discounting
        days = desk.terms(quote).tenor_days
        sold = desk.sell(
            desk.sign_quote(quote, banker),
            evidence_hash=paper("delivery note"),
            consent_hash=paper("consent to the sale"),
        )
        apr = scf.all_in_apr_ppm(
            interest=sold.interest, fees=sold.fee, net=sold.net + sold.fee, days=days
        )
        print(f"sold    {scf.format_fen(sold.net):>14}  paid out, {scf.format_rate(apr)} all in")

        # The day comes: the core pays whoever holds its promise now.
        ledger.chain.move_to(DUE)
        cash.mint(to=core, amount=yuan("1,000,000"), payment_id=paper("the core's deposit"))
        paid = ledger.with_signer(maker).settlement.pay_at_maturity(certificate)
        names = {id_: name for name, (id_, _, _) in parties.items()}
        for holder in paid.holders:
            print(f"paid    {scf.format_fen(holder.principal):>14}  to {names[holder.holder]}")

        assert paid.status is scf.CertificateStatus.PAID
        assert paid.total == sum(holder.principal for holder in paid.holders) == opened.amount
        assert ledger.cash.balance(core) == 0
        print(f"settled {scf.format_fen(paid.total):>14}  nothing is left open")


if __name__ == "__main__":
    main()
