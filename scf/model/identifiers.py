"""
Names that parties and documents carry outside the ledger, checked and made canonical.

Unified social credit codes (统一社会信用代码, GB 32100-2015), legal entity identifiers (ISO 17442),
invoice numbers, and the fingerprint of a document with its keyed hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from scf.errors import UsageError

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CONSORTIUM_KEY_BYTES = 32
DOC_NO_CHARS_MAX = 30

_USCC_LENGTH = 18
_USCC_VALUES = {char: value for value, char in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(3**position % 31 for position in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_E_INVOICE_YEAR = 2021
_DOC_NO = re.compile(r"[A-Z0-9][A-Z0-9\-/_.()#]*")
_OLD_INVOICE = re.compile(r"([0-9]{10}|[0-9]{12})[-/]([0-9]{8})")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}")


class UsccFault(StrEnum):
    """What is wrong with a unified social credit code, in the order in which it is checked."""

    LENGTH = "18 characters"
    CHARACTER = "digits and upper-case letters without I, O, S, V, Z"
    ORGANISATION_CHECK = "a matching check digit of the organisation code (17th character)"
    CHECK = "a matching check digit (18th character)"


class DocKind(StrEnum):
    """The kinds of document that can back an exposure (receivables §8)."""

    INVOICE = "INVOICE"
    ORDER = "ORDER"
    CONTRACT_INSTALMENT = "CONTRACT_INSTALMENT"


def uscc_fault(text: str) -> UsccFault | None:
    """The first fault of a unified social credit code, or `None` if both check digits hold."""
    if len(text) != _USCC_LENGTH:
        return UsccFault.LENGTH
    if any(char not in _USCC_VALUES for char in text):
        return UsccFault.CHARACTER
    if text[16] != _organisation_check(text[8:16]):
        return UsccFault.ORGANISATION_CHECK
    if text[17] != _uscc_check(text[:17]):
        return UsccFault.CHECK
    return None


def parse_uscc(text: str, *, field: str = "uscc") -> str:
    """
    Return a unified social credit code with blanks around it removed.

    Raises:
        UsageError: `expected` names the fault (`UsccFault`); lower case is not corrected.
    """
    code = text.strip() if isinstance(text, str) else ""
    fault = uscc_fault(code)
    if fault is not None:
        raise UsageError(field, text, f"a unified social credit code with {fault.value}")
    return code


def build_uscc(first16: str) -> str:
    """
    Complete 16 characters (authority, class, region, organisation) with both check digits.

    Raises:
        UsageError: not 16 characters of the alphabet.
    """
    if len(first16) != 16 or any(char not in _USCC_VALUES for char in first16):
        raise UsageError("uscc", first16, f"16 characters of {USCC_ALPHABET}")
    first17 = first16 + _organisation_check(first16[8:])
    return first17 + _uscc_check(first17)


def _organisation_check(body: str) -> str:
    """GB 11714: weighted digits (A is 10, Z is 35) to 11, with X for ten and 0 for eleven."""
    weighted = zip(body, _ORGANISATION_WEIGHTS, strict=True)
    rest = 11 - sum(int(char, 36) * weight for char, weight in weighted) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def _uscc_check(first17: str) -> str:
    weighted = zip(first17, _USCC_WEIGHTS, strict=True)
    return USCC_ALPHABET[-sum(_USCC_VALUES[char] * weight for char, weight in weighted) % 31]


def party_address(uscc: str) -> str:
    """
    A party's identifier on chain: the low 20 bytes of keccak-256 of its code, in EIP-55 case.

    Nobody holds a private key for it.

    Raises:
        UsageError: not a valid unified social credit code.
    """
    from eth_hash.auto import keccak

    low20 = keccak(parse_uscc(uscc).encode("ascii"))[-20:].hex()
    case = keccak(low20.encode("ascii")).hex()
    pairs = zip(low20, case, strict=False)
    return "0x" + "".join(char.upper() if nibble > "7" else char for char, nibble in pairs)


def parse_lei(text: str, *, field: str = "lei") -> str:
    """
    Return a legal entity identifier (ISO 17442): 20 letters and digits whose number mod 97 is 1.

    Raises:
        UsageError: wrong length or characters, or wrong check digits.
    """
    code = text.strip()
    if re.fullmatch(r"[A-Z0-9]{18}[0-9]{2}", code) is None:
        raise UsageError(field, text, "18 upper-case letters or digits and two check digits")
    # mod 97 alone also accepts check digits 00, 01 and 99, which are never given out.
    if code != build_lei(code[:18]):
        raise UsageError(field, text, "matching check digits (19th and 20th character)")
    return code


def build_lei(first18: str) -> str:
    """
    Complete 18 characters with the two check digits of ISO 17442.

    Raises:
        UsageError: not 18 upper-case letters or digits.
    """
    if re.fullmatch(r"[A-Z0-9]{18}", first18) is None:
        raise UsageError("lei", first18, "18 upper-case letters or digits")
    number = int("".join(str(int(char, 36)) for char in first18 + "00"))
    return f"{first18}{98 - number % 97:02d}"


def parse_doc_no(text: str, *, field: str = "document number") -> str:
    """
    Make a document number canonical: compatibility forms folded, blanks out, upper case.

    Raises:
        UsageError: empty, more than 30 characters (SH-8), or characters other than ASCII letters,
            digits and `-/_.()#` (look-alikes would make a second key for one document).
    """
    code = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(code) > DOC_NO_CHARS_MAX:
        raise UsageError(field, text, f"at most {DOC_NO_CHARS_MAX} characters (SH-8)")
    if _DOC_NO.fullmatch(code) is None:
        raise UsageError(field, text, "ASCII letters, digits and - / _ . ( ) #")
    return code


def parse_invoice_no(
    text: str, *, field: str = "invoice_no", issue_day: dt.date | None = None
) -> str:
    """
    Make an invoice number canonical, so that one invoice has one spelling.

    - 20 digits: a fully digital e-invoice (数电票) that starts with the year, 21 or later and not
      after `issue_day`.
    - An older invoice is its code (10 or 12 digits) and number (8 digits), returned as
      `code-number`; written together it is 18 digits, or 20 with a leading 0, as no year starts.
    - Anything else is another system's number, as `parse_doc_no` takes it.

    Raises:
        UsageError: an implausible year, a number that a spreadsheet has shortened (`2.5E+19`), or
            refused by `parse_doc_no`.
    """
    if _SCIENTIFIC.fullmatch(text.strip().upper()):
        raise UsageError(field, text, "every digit: a spreadsheet shortened it, export it as text")
    code = parse_doc_no(text, field=field)
    if match := _OLD_INVOICE.fullmatch(code):
        return f"{match[1]}-{match[2]}"
    if not code.isdigit() or len(code) not in (18, 20):
        return code
    if len(code) == 18 or code[0] == "0":
        return f"{code[:-8]}-{code[-8:]}"
    year, last = 2000 + int(code[:2]), issue_day.year if issue_day else 2099
    if not _FIRST_E_INVOICE_YEAR <= year <= last:
        years = f"{_FIRST_E_INVOICE_YEAR % 100} to {last % 100:02d}"
        raise UsageError(field, text, f"20 digits that start with a year from {years}")
    return code


def canonical_fingerprint(
    *, kind: DocKind, doc_no: str, issuer: str, debtor: str, currency: str = "CNY"
) -> str:
    """
    The identity of a document as text: `fp1|docKind|docNo|issuerUSCC|debtorUSCC|currency`.

    Identity only: a changed amount, date or account must not make a second key (receivables §8).

    Raises:
        UsageError: a part is not valid, issuer and debtor are the same, or the currency is not CNY.
    """
    if currency != "CNY":
        raise UsageError("currency", currency, "CNY")
    is_invoice = kind is DocKind.INVOICE
    number = parse_invoice_no(doc_no) if is_invoice else parse_doc_no(doc_no)
    parties = (parse_uscc(issuer, field="issuer"), parse_uscc(debtor, field="debtor"))
    if parties[0] == parties[1]:
        raise UsageError("debtor", debtor, "another party than the issuer")
    return "|".join(("fp1", kind.value, number, *parties, currency))


def invoice_key(consortium_key: bytes, fingerprint: str) -> bytes:
    """
    The 32 bytes that stand for a document on chain: HMAC-SHA256 of its canonical fingerprint.

    Invoice numbers are guessable, so a plain hash would tell outsiders who trades with whom.

    Raises:
        UsageError: the consortium key is not 32 bytes (the key is not shown).
    """
    _check_consortium_key(consortium_key)
    return hmac.digest(consortium_key, fingerprint.encode("utf-8"), "sha256")


def invoice_keys(consortium_keys: Iterable[bytes], fingerprint: str) -> tuple[bytes, ...]:
    """
    The document's keys under every consortium key, in the order given: current first, then retired.

    After a rotation a document is registered under the current key only when none of the others is
    on the ledger, so that a rotation never frees an invoice.

    Raises:
        UsageError: a consortium key is not 32 bytes.
    """
    return tuple(invoice_key(key, fingerprint) for key in consortium_keys)


def consortium_key_id(consortium_key: bytes) -> str:
    """
    A public name for a consortium key, 16 hex digits, that does not reveal it.

    Kept beside every stored key, so that a rotation shows which one made it.

    Raises:
        UsageError: the consortium key is not 32 bytes.
    """
    _check_consortium_key(consortium_key)
    return hashlib.sha256(b"scf consortium key id\0" + consortium_key).hexdigest()[:16]


def _check_consortium_key(consortium_key: bytes) -> None:
    if len(consortium_key) != CONSORTIUM_KEY_BYTES:
        raise UsageError("consortium key", "(not shown)", f"{CONSORTIUM_KEY_BYTES} bytes")
