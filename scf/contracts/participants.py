"""Parties (参与方) and the officers whose keys act for them: the face of `Participants`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scf.chain.acts import Outcome
from scf.chain.keys import Signer
from scf.chain.transactions import keccak
from scf.chain.typed import struct_hash
from scf.contracts import checks, signing
from scf.contracts.face import Face, Prepared, fresh_key, tx_of, write
from scf.contracts.signing import Approver
from scf.errors import UsageError
from scf.model.identifiers import parse_lei, parse_uscc
from scf.model.records import (
    NOBODY,
    Officer,
    Party,
    PartyDetails,
    PartyStatus,
    Powers,
    Recovery,
    Roles,
    SizeClass,
)
from scf.model.results import Enrolled, OfficerChanged, PartyChanged, RecoveryProposed, TxRef
from scf.units import from_civil_day

OFFICERS_MAX = 32
_LEI_BYTES = 20
_CHANGES_MAX = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerGrant:
    """A key of a party: a signer (who then signs for himself) or an address; limit in fen."""

    officer: Signer | str
    powers: Powers = Powers.ALL
    limit: int = checks.LIMIT_MAX

    @property
    def address(self) -> str:
        """The key's address."""
        if isinstance(self.officer, Signer):
            return self.officer.address
        return checks.officer(self.officer, "officers")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerChange:
    """
    A change of a party's officers; as signed.

    Attributes:
        powers: zero removes the key.
        replaces: a key that ends in the same act; `NOBODY` for none.
        nonce: the party's `changes`.
        deadline: unix seconds.
    """

    party: str
    officer: str
    powers: Powers
    limit: int
    replaces: str = NOBODY
    nonce: int
    deadline: int


class Participants(Face):
    """Parties and officers."""

    contract = "Participants"

    # Reading

    def party(self, party: str) -> Party | None:
        """A party by identifier or USCC; None if it is not enrolled."""
        id_ = checks.party(party)
        found = self._read("party", id_)
        if found["status"] == PartyStatus.NONE:
            return None
        return Party(
            id=id_,
            uscc=found["uscc"].decode("ascii"),
            name_hash=found["nameHash"],
            roles=Roles(found["roles"]),
            status=PartyStatus(found["status"]),
            size_class=SizeClass(found["sizeClass"]),
            frozen_until=checks.day_or_none(found["frozenUntil"]),
            enrolled_day=from_civil_day(found["enrolledDay"]),
            admin_count=found["adminCount"],
            officer_count=found["officerCount"],
            changes=found["changes"],
        )

    def officer(self, address: str) -> Officer | None:
        """Whom a key acts for; None if for nobody. A removed key has no powers."""
        key = checks.officer(address)
        found = self._read("officer", key)
        if found["party"] == NOBODY:
            return None
        return Officer(
            address=key,
            party=found["party"],
            powers=Powers(found["powers"]),
            limit=found["limitFen"],
        )

    def recovery(self, party: str) -> Recovery | None:
        """The recovery of a party that waits; None if none does."""
        id_ = checks.party(party)
        change_hash, earliest = self._read("recovery", id_)
        if not any(change_hash):
            return None
        return Recovery(party=id_, change_hash=change_hash, earliest_day=from_civil_day(earliest))

    @property
    def operator(self) -> str:
        """The operating party's identifier."""
        return self._context.manifest.operator

    # Digests, for signing elsewhere

    def enrolment_digest(
        self, details: PartyDetails, officers: Sequence[OfficerGrant], *, deadline: int
    ) -> bytes:
        """What every initial officer and the second approver sign for an enrolment."""
        return self._digest("Enrolment", enrolment_of(details, officers, deadline))

    def change_digest(self, change: OfficerChange) -> bytes:
        """What the second administrator and a new key sign for a change of officers."""
        return self._digest("OfficerChange", _change_message(change))

    def recovery_digest(self, change: OfficerChange) -> bytes:
        """What the operator's second approver signs for a recovery."""
        message = {"changeHash": _change_hash(change), "deadline": change.deadline}
        return self._digest("RecoveryProposal", message)

    # Writing

    @write
    def enrol(
        self,
        details: PartyDetails,
        officers: Sequence[OfficerGrant],
        *,
        approver: Approver,
        signatures: Sequence[bytes] | None = None,
        deadline: int | None = None,
    ) -> Prepared[Enrolled]:
        """
        Enrol a party. The signer and `approver` are two administrators of the operator.

        Args:
            details: what is stated; check digits of USCC and LEI are verified.
            officers: its first keys, at least one administrator. Signers sign for themselves.
            signatures: ready ones, one for each officer in order, where officers are addresses.
            deadline: unix seconds; needed with ready signatures.
        """
        until = self._context.deadline(deadline)
        message = enrolment_of(details, officers, until)
        digest = self._digest("Enrolment", message)
        if signatures is None:
            signatures = [_own_signature(grant, digest) for grant in officers]
        elif len(signatures) != len(officers):
            raise UsageError("signatures", len(signatures), f"{len(officers)}, one per officer")
        if self._context.fund is not None:
            self._context.fund([grant.address for grant in officers])
        args = (message, list(signatures), signing.approval_by(approver, digest))
        return self._act("enrol", args, self._enrolled, officers=len(officers))

    @write
    def restate(
        self, details: PartyDetails, *, approver: Approver, deadline: int | None = None
    ) -> Prepared[PartyChanged]:
        """Restate name, roles and size class (the USCC says whose). Two of the operator."""
        stated = _stated(details)
        message = {
            "party": checks.party(details.uscc, "uscc"),
            "nameHash": stated["nameHash"],
            "roles": stated["roles"],
            "sizeClass": stated["sizeClass"],
            "deadline": self._context.deadline(deadline),
        }
        approval = signing.approval_by(approver, self._digest("Restatement", message))
        args = (*message.values(), approval)
        return self._act("restate", args, self._changed("PartyRestated"), key=fresh_key())

    @write
    def suspend(
        self, party: str, *, reason_hash: bytes, approver: Approver, deadline: int | None = None
    ) -> Prepared[PartyChanged]:
        """Stop a party's new acts. Two administrators of the operator."""
        return self._standing(party, reason_hash, approver, deadline, suspended=True)

    @write
    def resume(
        self, party: str, *, reason_hash: bytes, approver: Approver, deadline: int | None = None
    ) -> Prepared[PartyChanged]:
        """End a suspension. Two administrators of the operator."""
        return self._standing(party, reason_hash, approver, deadline, suspended=False)

    def officer_change(
        self,
        party: str,
        officer: Signer | str,
        *,
        powers: Powers = Powers.ALL,
        limit: int = checks.LIMIT_MAX,
        replaces: str | None = None,
        deadline: int | None = None,
    ) -> OfficerChange:
        """A change as it is signed, for the party's officers as they are now."""
        change = OfficerChange(
            party=checks.party(party),
            officer=officer.address if isinstance(officer, Signer) else checks.officer(officer),
            powers=checks.flags(Powers, powers, "powers", empty=True),
            limit=checks.number(limit, "limit", checks.LIMIT_MAX),
            replaces=NOBODY if replaces is None else checks.officer(replaces, "replaces"),
            nonce=0,
            deadline=checks.seconds(self._context.deadline(deadline)),
        )
        found = self.party(change.party)
        if found is None:
            raise UsageError("party", party, "an enrolled party")
        return replace(change, nonce=found.changes)

    @write
    def change_officer(
        self, change: OfficerChange, *, approver: Approver, acceptance: Signer | bytes = b""
    ) -> Prepared[OfficerChanged]:
        """
        Add, change, replace or remove an officer; see `officer_change`.

        The signer and `approver` are two administrators of the party whom it does not concern; a
        new key accepts.
        """
        digest = self.change_digest(change)
        accepted = signing.signature_by(acceptance, digest, "acceptance")
        if self._context.fund is not None and change.powers:
            self._context.fund([change.officer])
        args = (_change_message(change), signing.approval_by(approver, digest), accepted)
        return self._act("changeOfficer", args, self._officer_set(change))

    @write
    def propose_recovery(
        self, change: OfficerChange, *, approver: Approver
    ) -> Prepared[RecoveryProposed]:
        """Start the recovery of a party that lost its keys. Two administrators of the operator."""
        approval = signing.approval_by(approver, self.recovery_digest(change))
        args = (_change_message(change), approval)
        return self._act("proposeRecovery", args, self._recovery_proposed, key=fresh_key())

    def epoch(self, party: str) -> int:
        """The epoch that a party's quotes name now."""
        return int(self._read("party", checks.party(party))["epoch"])

    @write
    def end_epoch(self) -> Prepared[TxRef]:
        """Take back, at once, all quotes of the signer's party that are not used yet."""
        return self._act("endEpoch", (), self._tx, key=fresh_key())

    @write
    def object_to_recovery(self, party: str) -> Prepared[PartyChanged]:
        """Stop a recovery. Any officer of the party."""
        args = (checks.party(party),)
        read = self._changed("RecoveryObjected")
        return self._act("objectToRecovery", args, read, key=fresh_key())

    @write
    def recover(
        self, change: OfficerChange, *, acceptance: Signer | bytes = b""
    ) -> Prepared[OfficerChanged]:
        """Carry out a recovery after its delay. An administrator of the operator."""
        accepted = signing.signature_by(acceptance, self.change_digest(change), "acceptance")
        if self._context.fund is not None:
            self._context.fund([change.officer])
        args = (_change_message(change), accepted)
        return self._act("recover", args, self._officer_set(change))

    # Internals

    def _standing(
        self,
        party: str,
        reason_hash: bytes,
        approver: Approver,
        deadline: int | None,
        *,
        suspended: bool,
    ) -> Prepared[PartyChanged]:
        id_, reason = checks.party(party), checks.hash32(reason_hash, "reason_hash")
        until = self._context.deadline(deadline)
        message = {"party": id_, "reasonHash": reason, "suspended": suspended, "deadline": until}
        approval = signing.approval_by(approver, self._digest("Suspension", message))
        function = "suspend" if suspended else "resume"
        read = self._changed("PartySuspended" if suspended else "PartyResumed")
        return self._act(function, (id_, reason, until, approval), read, key=fresh_key())

    def _enrolled(self, outcome: Outcome) -> Enrolled:
        event = self._event(outcome, "PartyEnrolled")
        return Enrolled(tx=tx_of(outcome), party=event["party"])

    def _changed(self, name: str) -> Any:
        def read(outcome: Outcome) -> PartyChanged:
            return PartyChanged(tx=tx_of(outcome), party=self._event(outcome, name)["party"])

        return read

    def _officer_set(self, change: OfficerChange) -> Any:
        def read(outcome: Outcome) -> OfficerChanged:
            return OfficerChanged(
                tx=tx_of(outcome),
                party=change.party,
                officer=change.officer,
                powers=change.powers,
                limit=change.limit,
            )

        return read

    def _recovery_proposed(self, outcome: Outcome) -> RecoveryProposed:
        event = self._event(outcome, "RecoveryProposed")
        return RecoveryProposed(
            tx=tx_of(outcome),
            party=event["party"],
            change_hash=event["changeHash"],
            earliest_day=from_civil_day(event["earliestDay"]),
        )


def name_hash(name: str) -> bytes:
    """The hash of a registered name that goes on chain: keccak-256 of its UTF-8."""
    if not isinstance(name, str) or not name.strip():
        raise UsageError("name", name, "a registered name")
    return keccak(name.strip().encode("utf-8"))


def enrolment_of(
    details: PartyDetails, officers: Sequence[OfficerGrant], deadline: int
) -> dict[str, Any]:
    """
    The `Enrolment` struct, checked.

    Raises:
        UsageError: check digits, no name, no role, no or too many officers, none of them an
            administrator, a key twice.
    """
    checks.number(len(officers), "officers", OFFICERS_MAX, 1)
    addresses = [grant.address for grant in officers]
    if len(set(addresses)) != len(addresses):
        raise UsageError("officers", len(addresses), "each key once")
    grants = [
        {
            "officer": grant.address,
            "powers": int(checks.flags(Powers, grant.powers, "powers")),
            "limitFen": checks.number(grant.limit, "limit", checks.LIMIT_MAX),
        }
        for grant in officers
    ]
    if not any(grant.powers & Powers.ADMINISTER for grant in officers):
        raise UsageError("officers", len(officers), "at least one with the power ADMINISTER")
    return {**_stated(details), "officers": grants, "deadline": checks.seconds(deadline)}


def _stated(details: PartyDetails) -> dict[str, Any]:
    lei = bytes(_LEI_BYTES) if details.lei is None else parse_lei(details.lei).encode("ascii")
    return {
        "uscc": parse_uscc(details.uscc).encode("ascii"),
        "lei": lei,
        "nameHash": name_hash(details.name),
        "roles": int(checks.flags(Roles, details.roles, "roles")),
        "sizeClass": int(checks.member(SizeClass, details.size_class, "size_class")),
    }


def _own_signature(grant: OfficerGrant, digest: bytes) -> bytes:
    if not isinstance(grant.officer, Signer):
        expected = "a Signer, or ready signatures for all officers (`signatures`, `deadline`)"
        raise UsageError("officers", grant.officer, expected)
    return grant.officer.sign_typed(digest)


def _change_message(change: OfficerChange) -> Mapping[str, Any]:
    replaced = change.replaces != NOBODY
    return {
        "party": checks.party(change.party),
        "officer": checks.officer(change.officer),
        "powers": int(checks.flags(Powers, change.powers, "powers", empty=True)),
        "limitFen": checks.number(change.limit, "limit", checks.LIMIT_MAX),
        "replaces": checks.officer(change.replaces, "replaces") if replaced else NOBODY,
        "nonce": checks.number(change.nonce, "nonce", _CHANGES_MAX),
        "deadline": checks.seconds(change.deadline),
    }


def _change_hash(change: OfficerChange) -> bytes:
    types = {"OfficerChange": signing.types_of("Participants")["OfficerChange"]}
    return struct_hash("OfficerChange", types, _change_message(change))
