"""Codes of parties and documents: real vectors, every single mutation, canonical forms."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import string
import subprocess
import sys

import pytest
from eth_utils import keccak, to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from scf.errors import UsageError
from scf.model import identifiers
from scf.model.identifiers import DocKind, UsccFault

USCCS = (
    "91110000600037341L",
    "91330100799655058B",
    "9144030071526726XG",
    "914403001922038216",
    "91100000100003962T",
    "91310000132207927C",
)
LEIS = ("213800KUD8LAJWSQ9D15", "5493002ERZU2K9PZDL40", "HWUPKR0MPOU8FGXBT394")
KEY = bytes(range(32))
BODIES = st.text(identifiers.USCC_ALPHABET, min_size=16, max_size=16)


@pytest.mark.parametrize("code", USCCS)
def test_uscc__accepts_published_codes(code):
    assert identifiers.parse_uscc(f" {code}\n") == code
    assert identifiers.build_uscc(code[:16]) == code


@given(BODIES)
def test_uscc__built_codes_hold(first16):
    code = identifiers.build_uscc(first16)

    assert code.startswith(first16)
    assert identifiers.uscc_fault(code) is None


@pytest.mark.parametrize("code", USCCS)
def test_uscc__detects_every_single_substitution(code):
    wrong = [
        code[:at] + char + code[at + 1 :]
        for at in range(18)
        for char in identifiers.USCC_ALPHABET
        if char != code[at]
    ]

    faults = [identifiers.uscc_fault(text) for text in wrong]

    assert len(faults) == 18 * 30
    assert set(faults) == {UsccFault.ORGANISATION_CHECK, UsccFault.CHECK}


@pytest.mark.parametrize("code", USCCS)
def test_uscc__detects_swapped_neighbours(code):
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(17)} - {code}

    assert all(identifiers.uscc_fault(text) for text in swapped)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", UsccFault.LENGTH),
        (USCCS[0] + "0", UsccFault.LENGTH),
        (USCCS[0][:17], UsccFault.LENGTH),
        (USCCS[0].lower(), UsccFault.CHARACTER),
        ("I" + USCCS[0][1:], UsccFault.CHARACTER),
        ("\uff19" + USCCS[0][1:], UsccFault.CHARACTER),
        (USCCS[0][:16] + "2" + USCCS[0][17], UsccFault.ORGANISATION_CHECK),
        (USCCS[0][:17] + "A", UsccFault.CHECK),
    ],
)
def test_uscc__names_the_fault(text, fault):
    with pytest.raises(UsageError) as caught:
        identifiers.parse_uscc(text, field="buyer_uscc")

    assert identifiers.uscc_fault(text) is fault
    assert caught.value.field == "buyer_uscc"
    assert fault.value in caught.value.expected


@pytest.mark.parametrize("text", ["", "9" * 15, "9" * 17, "O" * 16])
def test_build_uscc__refuses_other_than_16_characters(text):
    with pytest.raises(UsageError, match="16 characters"):
        identifiers.build_uscc(text)


@given(BODIES)
def test_party_address__is_the_low_half_of_keccak_in_checksum_case(first16):
    code = identifiers.build_uscc(first16)

    assert identifiers.party_address(code) == to_checksum_address(keccak(text=code)[-20:])


def test_party_address__is_stable():
    expected = "0xCc95a3F896bBadE19f334FC9E39952dbfff82213"

    assert identifiers.party_address("91110000600037341L") == expected


def test_party_address__refuses_a_wrong_code():
    with pytest.raises(UsageError, match="18th character"):
        identifiers.party_address("91110000600037341A")


@pytest.mark.parametrize("code", LEIS)
def test_lei__accepts_published_codes(code):
    assert identifiers.parse_lei(code) == code
    assert identifiers.build_lei(code[:18]) == code


@given(
    st.text(string.ascii_uppercase + string.digits, min_size=18, max_size=18),
    st.integers(0, 19),
    st.data(),
)
def test_lei__detects_letters_for_letters_and_digits_for_digits(first18, at, data):
    code = identifiers.build_lei(first18)
    kind = string.digits if code[at].isdigit() else string.ascii_uppercase
    char = data.draw(st.sampled_from(kind.replace(code[at], "")))

    with pytest.raises(UsageError, match="check digits"):
        identifiers.parse_lei(code[:at] + char + code[at + 1 :])

    assert identifiers.parse_lei(code) == code


def test_lei__refuses_check_digits_that_are_never_given_out():
    twin = next(
        code
        for number in range(1000)
        if (code := identifiers.build_lei(f"{number:018d}")).endswith("98")
    )

    with pytest.raises(UsageError, match="matching check digits"):
        identifiers.parse_lei(twin[:18] + "01")


@pytest.mark.parametrize(
    "text", ["", LEIS[0].lower(), LEIS[0][:19], LEIS[0] + "0", LEIS[0][:18] + "AB"]
)
def test_lei__refuses_other_forms(text):
    with pytest.raises(UsageError, match="18 upper-case letters or digits"):
        identifiers.parse_lei(text)


@pytest.mark.parametrize("text", ["", "a" * 18, "A" * 17])
def test_build_lei__refuses_other_forms(text):
    with pytest.raises(UsageError, match="18 upper-case"):
        identifiers.build_lei(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("25312000000123456789", "25312000000123456789"),
        (" 2531 2000 0001 2345 6789\t", "25312000000123456789"),
        ("\uff12\uff15312000000123456789", "25312000000123456789"),
        ("310018513012345678", "3100185130-12345678"),
        ("3100185130-12345678", "3100185130-12345678"),
        ("3100185130/12345678", "3100185130-12345678"),
        ("03100190011112345678", "031001900111-12345678"),
        ("031001900111-12345678", "031001900111-12345678"),
        ("144031909110-12345678", "144031909110-12345678"),
        ("12345678", "12345678"),
        ("inv-2025/001", "INV-2025/001"),
    ],
)
def test_invoice_no__becomes_canonical(text, canonical):
    once = identifiers.parse_invoice_no(text, issue_day=dt.date(2025, 6, 1))

    assert once == canonical
    assert identifiers.parse_invoice_no(once) == canonical


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ASCII letters"),
        ("A|B", "ASCII letters"),
        ("-12", "ASCII letters"),
        ("\u0410123", "ASCII letters"),
        ("1" * 31, "30 characters"),
        ("20312000000123456789", "year from 21 to 25"),
        ("26312000000123456789", "year from 21 to 25"),
        ("99312000000123456789", "year from 21 to 25"),
        ("2.5312E+19", "spreadsheet"),
    ],
)
def test_invoice_no__refuses_what_cannot_be(text, says):
    with pytest.raises(UsageError, match=says) as caught:
        identifiers.parse_invoice_no(text, issue_day=dt.date(2025, 6, 1))

    assert caught.value.field == "invoice_no"


@given(st.text(string.ascii_letters + string.digits + "-/", max_size=30))
def test_invoice_no__canonical_form_is_its_own(text):
    try:
        once = identifiers.parse_invoice_no(text)
    except UsageError:
        return

    assert identifiers.parse_invoice_no(once) == once
    assert identifiers.parse_invoice_no(once.lower()) == once


def fingerprint(**changed):
    fields = {
        "kind": DocKind.INVOICE,
        "doc_no": "25312000000123456789",
        "issuer": USCCS[0],
        "debtor": USCCS[1],
    }
    return identifiers.canonical_fingerprint(**(fields | changed))


def test_fingerprint__holds_identity_only():
    assert fingerprint() == (
        "fp1|INVOICE|25312000000123456789|91110000600037341L|91330100799655058B|CNY"
    )
    assert fingerprint(doc_no=" 2531200000012345 6789") == fingerprint()


def test_fingerprint__takes_orders_and_instalments():
    assert fingerprint(kind=DocKind.ORDER, doc_no="po 7-001").split("|")[1:3] == [
        "ORDER",
        "PO7-001",
    ]
    assert fingerprint(kind=DocKind.CONTRACT_INSTALMENT, doc_no="C1#2").split("|")[2] == "C1#2"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"currency": "USD"}, "currency"),
        ({"issuer": "x"}, "issuer"),
        ({"debtor": "x"}, "debtor"),
        ({"debtor": USCCS[0]}, "debtor"),
        ({"doc_no": "a|b"}, "invoice_no"),
        ({"kind": DocKind.ORDER, "doc_no": ""}, "document number"),
    ],
)
def test_fingerprint__refuses_wrong_parts(changed, field):
    with pytest.raises(UsageError) as caught:
        fingerprint(**changed)

    assert caught.value.field == field


def test_invoice_key__is_hmac_sha256():
    expected = hmac.new(KEY, fingerprint().encode(), hashlib.sha256).digest()

    assert identifiers.invoice_key(KEY, fingerprint()) == expected


def test_invoice_keys__cover_retired_keys():
    retired = bytes(32)

    found = identifiers.invoice_keys([KEY, retired], fingerprint())

    assert found == (
        identifiers.invoice_key(KEY, fingerprint()),
        identifiers.invoice_key(retired, fingerprint()),
    )
    assert found[0] != found[1]


def test_consortium_key_id__names_without_revealing():
    ids = {identifiers.consortium_key_id(key) for key in (KEY, bytes(32))}

    assert len(ids) == 2
    assert all(len(name) == 16 and name not in KEY.hex() for name in ids)


@pytest.mark.parametrize("key", [b"", b"secret", bytes(33)])
def test_consortium_key__refuses_other_lengths_without_showing_it(key):
    with pytest.raises(UsageError, match="32 bytes") as of_key:
        identifiers.invoice_key(key, fingerprint())
    with pytest.raises(UsageError, match="32 bytes"):
        identifiers.consortium_key_id(key)

    assert "secret" not in str(of_key.value)


def test_import__is_light():
    heavy = "'eth_hash', 'Crypto', 'web3', 'eth_utils', 'chinese_calendar'"
    modules = (
        "scf.units, scf.importing, scf.model.calendars, scf.model.rules, scf.model.identifiers"
    )
    code = f"import sys, {modules}; print([name for name in ({heavy}) if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
