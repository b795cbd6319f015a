"""
What actors do in tests, in one line each: openings, transfers, sales, payments, orders, officers.

Every function takes the World first and names parties by their actor's name. Terms are plain dicts
in the shape of the contracts' structs, so that a test can change any field before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from scf.chain.keys import Signer
from scf.chain.typed import Domain, typed_digest
from tests.typed import (
    CHANGE,
    CONFIRMATION,
    INVOICE_CONFIRMATION,
    OPENING,
    OPENING_BAR,
    RESTATEMENT,
    SALE,
    SUSPENSION,
    TAKING,
)
from tests.world import ALL_POWERS, FOREVER, UNLIMITED, Receipt, World, hashed, officer_key

ZERO = "0x" + "00" * 20
STRANGER = officer_key("stranger", 0)
NONE, DRAFTED, CLAIMED, DISPUTED, OFFERED, ACTIVE, OVERDUE, PAID, CANCELLED = range(9)
FREEZE, UNFREEZE, MOVE = range(3)
NO_RECOURSE, LIMITED, FULL = range(3)
YUAN = 100
FACE = 1_000_000 * YUAN


def party(world: World, who: str) -> str:
    """The identifier of an actor's party."""
    return world.actors[who].id


def parties(world: World, *names: str) -> list[str]:
    """Identifiers in ascending order, as payments list their holders."""
    return sorted(party(world, name) for name in names)


# Refusal tables

Breach = Callable[[World, SimpleNamespace], object]
Rule = tuple[str, Breach]


def check_refusals(
    world: World,
    prepare: Callable[[World], SimpleNamespace],
    act: Callable[[World, SimpleNamespace], object],
    rules: Sequence[Rule],
) -> None:
    """
    Each rule's error answers although every later rule is broken too; with none broken, it is done.

    Breaches are made from the last rule up, so an earlier one may replace what a later one broke.
    """
    for first, (error, _) in enumerate(rules):
        with world.anchor():
            case = prepare(world)
            for _, breach in reversed(rules[first:]):
                breach(world, case)
            before = len(world.logs)
            with world.refused(error):
                act(world, case)
            assert len(world.logs) == before
    with world.anchor():
        act(world, prepare(world))


def put(name: str, value: Any) -> Breach:
    """A breach that sets a field of the case, or of a dict within it (`terms.amountFen`)."""
    *path, last = name.split(".")

    def breach(world: World, case: SimpleNamespace) -> None:
        found = value(world) if callable(value) else value
        target: Any = case
        for step in path:
            target = target[step] if isinstance(target, dict) else getattr(target, step)
        if isinstance(target, dict):
            target[last] = found
        else:
            setattr(target, last, found)

    return breach


def then(act: Callable[[World], object]) -> Breach:
    """A breach that changes the ledger, not the case."""
    return lambda world, case: act(world)


def use(name: str) -> Breach:
    """A breach that lets another key of the case act."""

    def breach(world: World, case: SimpleNamespace) -> None:
        case.by = getattr(case, name)

    return breach


def caller_case(
    world: World, who: str, power: int, *, officer: int = 0, **fields: Any
) -> SimpleNamespace:
    """A case that an officer of `who` acts in, with keys beside it that may not."""
    own = world.actors[who].officers[officer].address
    return SimpleNamespace(
        by=own,
        own=own,
        stranger=STRANGER.address,
        powerless=clerk(world, who, ALL_POWERS & ~power, name="powerless").address,
        limited=clerk(world, who, limit=0, name="limited").address,
        **fields,
    )


def authority_rules(who: str, *, amount: bool = True, standing: bool = True) -> list[Rule]:
    """What the acting officer and its party are asked first, in order."""
    rules: list[Rule] = [
        ("ParticipantsOfficerUnknown", use("stranger")),
        ("ParticipantsPowerLacking", use("powerless")),
    ]
    if amount:
        rules.append(("ParticipantsAmountLimit", use("limited")))
    # The operator cannot suspend itself.
    if standing and who != "operator":
        rules.append(("ParticipantsPartySuspended", own_party(lambda world: suspend(world, who))))
    if standing:
        rules.append(("ParticipantsPartyFrozen", own_party(lambda world: freeze(world, who))))
    return rules


def own_party(act: Callable[[World], object]) -> Breach:
    """A breach of the right caller's standing, who acts again."""

    def breach(world: World, case: SimpleNamespace) -> None:
        case.by = case.own
        act(world)

    return breach


def by_actor(who: str, officer: int = 0) -> Breach:
    """A breach that lets an officer of another party act."""
    return put("by", lambda world: world.actors[who].officers[officer].address)


# Officers and parties


def change_of(world: World, who: str, key: str, **changes: Any) -> dict[str, Any]:
    """An officer change of an actor's party, in its present state."""
    terms = {
        "party": party(world, who),
        "officer": key,
        "powers": ALL_POWERS,
        "limitFen": UNLIMITED,
        "replaces": ZERO,
        "nonce": world.read("participants", "party", party(world, who))["changes"],
        "deadline": FOREVER,
    }
    return terms | changes


def change_officer(
    world: World,
    who: str,
    terms: Mapping[str, Any],
    *,
    key: Signer | None = None,
    caller: int = 0,
    second: int = 1,
) -> Receipt:
    """Two administrators change an officer; `key` accepts if it is new."""
    digest = world.digest("participants", "OfficerChange", CHANGE, terms)
    acceptance = key.sign_typed(digest) if key else b""
    approval = world.approval(who, digest, officer=second)
    return world.act(
        who, "participants", "changeOfficer", terms, approval, acceptance, officer=caller
    )


def clerk(
    world: World, who: str, powers: int = ALL_POWERS, limit: int = UNLIMITED, *, name: str = "clerk"
) -> Signer:
    """A new officer of an actor's party."""
    key = officer_key(f"{who}/{name}", 99)
    terms = change_of(world, who, key.address, powers=powers, limitFen=limit)
    change_officer(world, who, terms, key=key)
    return key


def signed_by(key: Signer, digest: bytes) -> dict[str, Any]:
    """The approval of any key."""
    return {"officer": key.address, "signature": key.sign_typed(digest)}


def suspend(world: World, who: str, *, end: bool = False, deadline: int = FOREVER) -> Receipt:
    """The operator suspends a party, or with `end` resumes it."""
    message = {
        "party": party(world, who),
        "reasonHash": hashed("reason"),
        "suspended": not end,
        "deadline": deadline,
    }
    digest = world.digest("participants", "Suspension", SUSPENSION, message)
    approval = world.approval("operator", digest, officer=1)
    args = (message["party"], message["reasonHash"], deadline, approval)
    return world.act("operator", "participants", "resume" if end else "suspend", *args)


def restate(world: World, who: str, *, roles: int, size: int, deadline: int = FOREVER) -> Receipt:
    """The operator restates a party's roles and size class."""
    message = {
        "party": party(world, who),
        "nameHash": hashed(who),
        "roles": roles,
        "sizeClass": size,
        "deadline": deadline,
    }
    digest = world.digest("participants", "Restatement", RESTATEMENT, message)
    approval = world.approval("operator", digest, officer=1)
    return world.act("operator", "participants", "restate", *message.values(), approval)


# Orders


def order_of(world: World, kind: int, target: str, subject: int | str = 0, **changes: Any) -> dict:
    """An order about a party, a certificate or money; `target` is the contract that keeps it."""
    number = int(subject, 16) if isinstance(subject, str) else subject
    terms = {
        "kind": kind,
        "target": world.contracts[target].address,
        "subject": number.to_bytes(32),
        "from": ZERO,
        "to": ZERO,
        "amountFen": 0,
        "documentHash": hashed("order"),
        "expiryDay": world.today + 30,
    }
    return terms | changes


def carry_out(world: World, terms: Mapping[str, Any], *, by: str = "court") -> Receipt:
    """Two officers of an authority enter an order and carry it out."""
    world.act(by, "orders", "propose", terms)
    target = next(name for name, item in world.contracts.items() if item.address == terms["target"])
    return world.act(by, target, "carryOut", terms, officer=1)


def freeze(world: World, who: str, *, days: int = 30) -> Receipt:
    """The court freezes a party."""
    terms = order_of(world, FREEZE, "participants", party(world, who))
    return carry_out(world, terms | {"expiryDay": world.today + days})


def unfreeze(world: World, who: str) -> Receipt:
    """The court unfreezes a party."""
    return carry_out(world, order_of(world, UNFREEZE, "participants", party(world, who)))


def freeze_certificate(world: World, id_: int, *, days: int = 30) -> Receipt:
    """The court freezes a certificate."""
    terms = order_of(world, FREEZE, "receivables", id_, expiryDay=world.today + days)
    return carry_out(world, terms)


# Openings


def opening(world: World, **changes: Any) -> dict[str, Any]:
    """The terms of an opening, due in 50 days; `supplier` and `debtor` may be actors' names."""
    terms = {
        "invoiceKey": hashed("invoice/1"),
        "reference_": hashed("reference/1"),
        "supplier": "supplier",
        "debtor": "debtor",
        "amountFen": FACE,
        "invoiceFen": FACE,
        "deliveryDay": world.today - 1,
        "dueDay": world.today + 50,
        "lateRatePpm": 0,
        "documentHash": hashed("document"),
        "bankReviewHash": bytes(32),
        "termReasonHash": bytes(32),
        "consentHash": hashed("consent"),
        "deadline": FOREVER,
    } | changes
    for side in ("supplier", "debtor"):
        terms[side] = world.actors[terms[side]].id if terms[side] in world.actors else terms[side]
    return terms


def name_of(world: World, id_: str) -> str:
    """The actor with this identifier."""
    return next(actor.name for actor in world.actors.values() if actor.id == id_)


def certificate_id(world: World, o: Mapping[str, Any]) -> int:
    """The id an opening's certificate has."""
    args = (o["invoiceKey"], o["reference_"], o["supplier"])
    return int(world.read("invoices", "certificateIdOf", *args))


def place(o: Mapping[str, Any]) -> tuple[bytes, bytes, str]:
    """Invoice key, reference and supplier: what names an opening."""
    return (o["invoiceKey"], o["reference_"], o["supplier"])


def opening_digest(world: World, o: Mapping[str, Any]) -> bytes:
    """What supplier, maker and checker sign."""
    return world.digest("invoices", "Opening", OPENING, as_signed(o))


def open_by(world: World, who: str, o: Mapping[str, Any]) -> int:
    """E1: the supplier claims, or the debtor's maker drafts."""
    return int(world.act(who, "invoices", "open", o).result)


def claimed(world: World, **changes: Any) -> tuple[int, dict[str, Any]]:
    """A supplier's claim and its terms."""
    o = opening(world, **changes)
    return open_by(world, name_of(world, o["supplier"]), o), o


def drafted(world: World, **changes: Any) -> tuple[int, dict[str, Any]]:
    """A debtor's draft and its terms."""
    o = opening(world, **({"consentHash": bytes(32)} | changes))
    return open_by(world, name_of(world, o["debtor"]), o), o


def offered(world: World, **changes: Any) -> tuple[int, dict[str, Any]]:
    """A draft that the debtor's checker confirmed."""
    id_, o = drafted(world, **changes)
    confirm_draft(world, o)
    return id_, o


def active(world: World, **changes: Any) -> tuple[int, dict[str, Any]]:
    """A certificate that all approved at once, and its terms."""
    o = opening(world, **changes)
    return int(open_confirmed(world, o).result), o


def open_confirmed(world: World, o: Mapping[str, Any]) -> Receipt:
    """E1 to E3 at once, sent by the supplier."""
    digest = opening_digest(world, o)
    supplier, debtor = name_of(world, o["supplier"]), name_of(world, o["debtor"])
    approvals = (
        world.by_caller(supplier),
        world.approval(debtor, digest),
        world.approval(debtor, digest, officer=1),
    )
    return world.act(supplier, "invoices", "openConfirmed", o, *approvals)


def confirmation(o: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """What the debtor's maker and checker approve of a claim."""
    names = ("invoiceKey", "reference_", "supplier", "documentHash", "deadline")
    return {name: o[name] for name in names} | changes


def confirmation_digest(world: World, terms: Mapping[str, Any]) -> bytes:
    """What the maker signs: amount and due day as they stand on chain."""
    place_ = (terms["invoiceKey"], terms["reference_"], terms["supplier"])
    found = world.read(
        "receivables", "certificate", world.read("invoices", "certificateIdOf", *place_)
    )
    seen = {"amountFen": found["outstandingFen"], "dueDay": found["dueDay"]}
    return world.digest("invoices", "Confirmation", CONFIRMATION, as_signed({**terms, **seen}))


def confirm(world: World, o: Mapping[str, Any], *, checker: int = 1) -> Receipt:
    """E2: maker by signature, checker by transaction."""
    terms, debtor = confirmation(o), name_of(world, o["debtor"])
    maker = world.approval(debtor, confirmation_digest(world, terms))
    return world.act(debtor, "invoices", "confirm", terms, maker, officer=checker)


def confirm_draft(world: World, o: Mapping[str, Any]) -> Receipt:
    """E2 of a draft, by the debtor's second officer."""
    args = (*place(o), o["documentHash"])
    return world.act(name_of(world, o["debtor"]), "invoices", "confirmDraft", *args, officer=1)


def take(world: World, o: Mapping[str, Any]) -> Receipt:
    """E3."""
    args = (o["invoiceKey"], o["reference_"], hashed("consent"))
    return world.act(name_of(world, o["supplier"]), "invoices", "take", *args)


def confirm_invoice(
    world: World,
    key: bytes,
    *,
    debtor: str = "debtor",
    supplier: str = "supplier",
    amount: int = FACE,
) -> Receipt:
    """The debtor confirms an invoice by hand."""
    message = {
        "key": key,
        "supplier": party(world, supplier),
        "amountFen": amount,
        "deadline": FOREVER,
    }
    digest = world.digest("invoices", "InvoiceConfirmation", INVOICE_CONFIRMATION, message)
    maker = world.approval(debtor, digest)
    return world.act(debtor, "invoices", "confirmInvoice", *message.values(), maker, officer=1)


def set_bar(world: World, debtor: str, reasons: int, *, deadline: int = FOREVER) -> Receipt:
    """The operator bars a debtor from opening, or with 0 clears it."""
    message = {
        "debtor": party(world, debtor),
        "reasons": reasons,
        "evidenceHash": hashed("evidence"),
        "deadline": deadline,
    }
    digest = world.digest("invoices", "OpeningBar", OPENING_BAR, message)
    approval = world.approval("operator", digest, officer=1)
    return world.act("operator", "invoices", "setOpeningBar", *message.values(), approval)


# Transfers


def consent(world: World, to: str, from_: str, *, until: int | None = None) -> Receipt:
    """Standing consent of one party to certificates from another."""
    day = world.today + 1000 if until is None else until
    args = (party(world, from_), day, hashed("consent"))
    return world.act(to, "receivables", "setStandingConsent", *args)


def pass_on(world: World, id_: int, from_: str, to: str, amount: int) -> Receipt:
    """E5, E6 under standing consent, which is given where it lacks."""
    if world.read("receivables", "standingConsent", party(world, to), party(world, from_)) == 0:
        consent(world, to, from_)
    args = (id_, party(world, to), amount, hashed("evidence"))
    return world.act(from_, "receivables", "transfer", *args)


def hop(world: World, id_: int, from_: str, to: str, amount: int, **changes: Any) -> dict[str, Any]:
    """The terms of one hop."""
    terms = {
        "id": id_,
        "from": party(world, from_),
        "to": party(world, to),
        "amountFen": amount,
        "evidenceHash": hashed("evidence"),
        "recourse": NO_RECOURSE,
        "capFen": 0,
    }
    return terms | changes


def transfer_terms(world: World, *args: Any, **changes: Any) -> dict[str, Any]:
    """A hop with reference and deadline; arguments as for `hop`."""
    outer = {
        "reference_": changes.pop("reference_", hashed("transfer/1")),
        "deadline": changes.pop("deadline", FOREVER),
    }
    return {"hop": hop(world, *args, **changes)} | outer


def transfer_id(world: World, terms: Mapping[str, Any]) -> bytes:
    """The id of a transfer, which is also what its transferor signs."""
    return as_bytes(world.read("receivables", "transferIdOf", terms))


def taking_digest(world: World, terms: Mapping[str, Any], consent_hash: bytes) -> bytes:
    """What the transferee signs."""
    message = {"transferId": transfer_id(world, terms), "consentHash": consent_hash}
    return world.digest("receivables", "Taking", TAKING, message)


def request(world: World, terms: Mapping[str, Any], *, days: int = 10) -> bytes:
    """Asks the transferee; the pending id."""
    from_ = name_of(world, terms["hop"]["from"])
    receipt = world.act(from_, "receivables", "requestTransfer", terms, world.today + days)
    return as_bytes(receipt.result)


def take_transfer(world: World, terms: Mapping[str, Any]) -> Receipt:
    """The transferee takes what was requested."""
    to = name_of(world, terms["hop"]["to"])
    return world.act(to, "receivables", "takeTransfer", terms, hashed("consent"))


def transfer_signed(world: World, terms: Mapping[str, Any], *, sender: str = "") -> Receipt:
    """Both approvals by signature at once, sent by the transferee's officer or another key."""
    from_, to = (name_of(world, terms["hop"][side]) for side in ("from", "to"))
    digest = taking_digest(world, terms, hashed("consent"))
    approvals = (
        world.approval(from_, transfer_id(world, terms)),
        world.approval(to, digest),
    )
    caller = sender or world.actors[to].officers[0].address
    args = (terms, hashed("consent"), *approvals)
    return world.send(caller, "receivables", "transferSigned", *args)


# Sales and payments


def quote(world: World, id_: int, amount: int, **changes: Any) -> dict[str, Any]:
    """A bank's quote to the supplier, 3.6 % a year."""
    terms = {
        "funder": party(world, "bank"),
        "seller": party(world, "supplier"),
        "certificateId": id_,
        "amountFen": amount,
        "advanceFen": amount,
        "ratePpm": 36_000,
        "feeFen": 1_000,
        "buyerSharePpm": 0,
        "recourse": NO_RECOURSE,
        "capFen": 0,
        "costsMaxFen": 0,
        "registryReceipt": hashed("receipt/1"),
        "epoch": 0,
        "deadline": FOREVER,
    }
    return terms | changes


def quote_id(world: World, q: Mapping[str, Any]) -> bytes:
    """The id of a quote, which is also what the funder signs."""
    return as_bytes(world.read("discounting", "quoteIdOf", q))


def sell(world: World, q: Mapping[str, Any]) -> Receipt:
    """The seller sells on the funder's signed quote."""
    funder = world.approval(name_of(world, q["funder"]), quote_id(world, q))
    seller = name_of(world, q["seller"])
    args = (q, hashed("evidence"), hashed("consent"), funder)
    return world.act(seller, "discounting", "sell", *args)


def sale_digest(world: World, q: Mapping[str, Any]) -> bytes:
    """What the seller signs."""
    message = {
        "quoteId": quote_id(world, q),
        "evidenceHash": hashed("evidence"),
        "consentHash": hashed("consent"),
    }
    return world.digest("discounting", "Sale", SALE, message)


def buy(world: World, q: Mapping[str, Any]) -> Receipt:
    """The funder buys with the seller's signature."""
    seller = world.approval(name_of(world, q["seller"]), sale_digest(world, q))
    args = (q, hashed("evidence"), hashed("consent"), seller)
    return world.act(name_of(world, q["funder"]), "discounting", "buy", *args)


def pay(world: World, id_: int, *holders: str, by: str = "debtor") -> Receipt:
    """E8: the debtor pays these holders all it owes them."""
    return world.act(by, "settlement", "payAtMaturity", id_, parties(world, *holders))


def pay_part(world: World, id_: int, amount: int, *holders: str, by: str = "debtor") -> Receipt:
    """E8 in part, to all holders."""
    return world.act(by, "settlement", "payPart", id_, amount, parties(world, *holders))


# What is written down


def cash(world: World, who: str) -> int:
    """Money of a party, fen."""
    return int(world.read("cash", "balanceOf", party(world, who)))


def units(world: World, id_: int, who: str) -> int:
    """A party's part of a certificate, fen."""
    return int(world.read("receivables", "balanceOf", party(world, who), id_))


def certificate(world: World, id_: int) -> dict[str, Any]:
    """The certificate as it is."""
    return dict(world.read("receivables", "certificate", id_))


def books(world: World, id_: int, o: Mapping[str, Any]) -> dict[str, Any]:
    """Everything an opening or a transfer can change, to compare before and after."""
    names = tuple(world.actors)
    return {
        "certificate": certificate(world, id_),
        "invoice": world.read("invoices", "invoice", o["invoiceKey"], o["debtor"]),
        "debtor": world.read("invoices", "debtorAccount", o["debtor"]),
        "units": {name: units(world, id_, name) for name in names},
        "positions": {
            name: world.read("receivables", "position", id_, party(world, name)) for name in names
        },
        "cash": {name: cash(world, name) for name in names},
    }


def other_digest(
    world: World,
    contract: str,
    primary: str,
    types: Mapping[str, Any],
    message: Any,
    /,
    **domain: Any,
) -> bytes:
    """A digest as `World.digest` makes it, for another chain, contract, name or version."""
    fields = {
        "name": f"SCF {contract.capitalize()}",
        "version": "1",
        "chain_id": world.engine.chain_id,
        "contract": world.contracts[contract].address,
    }
    return typed_digest(Domain(**(fields | domain)), primary, types, message)


def as_signed(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Terms with the field names of EIP-712 messages."""
    return {name.rstrip("_"): value for name, value in terms.items()}


def as_bytes(value: Any) -> bytes:
    """A bytes32 as bytes, however it was decoded."""
    return bytes.fromhex(value[2:]) if isinstance(value, str) else bytes(value)
