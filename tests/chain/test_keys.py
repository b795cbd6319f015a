from __future__ import annotations

import pickle
import stat
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from scf.chain.keys import KEYS_ENV, Keystore, Signer, default_directory
from scf.chain.transactions import TxFields, created_address, transaction_hash
from scf.chain.typed import Domain, typed_digest
from scf.errors import KeyFileError, UsageError

KEY = "0x" + "4c" * 32
SIGNER = Signer.from_key(KEY)
WORDS = st.integers(0, 2**256 - 1)


@given(
    chain_id=st.integers(1, 2**40),
    nonce=st.integers(0, 2**40),
    gas=st.integers(0, 2**40),
    price=st.integers(0, 2**70),
    to=st.sampled_from([b"", b"\x11" * 20, b"\0" * 20]),
    data=st.binary(max_size=300),
    value=WORDS,
    tip=st.none() | st.integers(0, 2**40),
)
def test_sign_transaction__same_bytes_as_eth_account(
    chain_id: int,
    nonce: int,
    gas: int,
    price: int,
    to: bytes,
    data: bytes,
    value: int,
    tip: int | None,
) -> None:
    fields = TxFields(
        chain_id=chain_id,
        nonce=nonce,
        gas=gas,
        gas_price=price,
        to=to,
        data=data,
        value=value,
        tip=tip,
    )
    plain = {"chainId": chain_id, "nonce": nonce, "gas": gas, "value": value, "data": data}
    plain |= {"to": to} if to else {}
    fees = {"maxFeePerGas": price, "maxPriorityFeePerGas": tip, "type": 2}
    plain |= {"gasPrice": price} if tip is None else fees
    expected = Account.sign_transaction(plain, KEY)

    raw = SIGNER.sign_transaction(fields)

    assert raw == bytes(expected.raw_transaction)
    assert transaction_hash(raw) == "0x" + bytes(expected.hash).hex()


def test_created_address__as_the_yellow_paper_says() -> None:
    creator = bytes.fromhex("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")

    addresses = [created_address(creator, nonce) for nonce in (0, 1)]

    assert addresses == [
        "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d",
        "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8",
    ]


TYPES = {
    "Part": [{"name": "holder", "type": "address"}, {"name": "amount", "type": "uint128"}],
    "Quote": [
        {"name": "id", "type": "bytes32"},
        {"name": "change", "type": "int64"},
        {"name": "note", "type": "string"},
        {"name": "blob", "type": "bytes"},
        {"name": "isFinal", "type": "bool"},
        {"name": "days", "type": "uint32[]"},
        {"name": "first", "type": "Part"},
        {"name": "parts", "type": "Part[]"},
    ],
}


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(-(2**63), 2**63 - 1),
    st.text(max_size=20),
    st.binary(max_size=40),
    st.lists(st.integers(0, 2**32 - 1), max_size=3),
    st.lists(st.integers(0, 2**128 - 1), max_size=3),
)
def test_typed_digest__same_as_eth_account(
    id_: bytes, change: int, note: str, blob: bytes, days: list[int], amounts: list[int]
) -> None:
    parts = [{"holder": "0x" + "22" * 20, "amount": amount} for amount in amounts]
    message = {
        "id": id_,
        "change": change,
        "note": note,
        "blob": blob,
        "isFinal": True,
        "days": days,
        "first": {"holder": "0x" + "33" * 20, "amount": 1},
        "parts": parts,
    }
    domain = {
        "name": "scf",
        "version": "1",
        "chainId": 1337,
        "verifyingContract": "0x" + "44" * 20,
    }
    signable = encode_typed_data(domain, TYPES, message)
    expected = Account.sign_message(signable, KEY)

    own = Domain(name="scf", version="1", chain_id=1337, contract="0x" + "44" * 20)
    digest = typed_digest(own, "Quote", TYPES, message)

    assert digest == bytes(expected.message_hash)
    assert SIGNER.sign_typed(digest) == bytes(expected.signature)


@pytest.mark.parametrize(
    ("primary", "message", "field"),
    [
        ("Bid", {}, "type"),
        ("Part", {"holder": "0x" + "22" * 20}, "Part"),
        ("Part", {"holder": "0x" + "22" * 20, "amount": -1}, "Part.amount"),
    ],
)
def test_typed_digest_misfit__names_the_field(
    primary: str, message: dict[str, object], field: str
) -> None:
    domain = Domain(name="scf", version="1", chain_id=1, contract="0x" + "44" * 20)

    with pytest.raises(UsageError) as caught:
        typed_digest(domain, primary, TYPES, message)

    assert caught.value.field == field


def test_new_key__opens_again_and_is_private(tmp_path: Path) -> None:
    store = Keystore(tmp_path / "keys", light=True)

    entry = store.new("treasurer", "right")

    assert store.unlock("treasurer", "right").address == entry.address
    assert store.unlock(entry.address.upper().replace("X", "x"), "right").address == entry.address
    assert stat.S_IMODE(entry.path.stat().st_mode) == 0o600
    assert [found.name for found in store.entries()] == ["treasurer"]


def test_wrong_password__named_without_secrets(tmp_path: Path) -> None:
    store = Keystore(tmp_path, light=True)
    store.import_key("treasurer", "right", KEY)

    with pytest.raises(KeyFileError) as caught:
        store.unlock("treasurer", "hunter2")

    assert "password of key treasurer" in str(caught.value)
    assert "hunter2" not in f"{caught.value} {caught.value.as_dict()}"
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("key", ["0x12", "zz" * 32, "0x" + "00" * 32, "4c" * 33])
def test_import_of_no_key__refused_without_showing_it(tmp_path: Path, key: str) -> None:
    with pytest.raises(KeyFileError) as caught:
        Keystore(tmp_path, light=True).import_key("treasurer", "right", key)

    assert key not in str(caught.value)


def test_import_of_other_wallets_file__opens(tmp_path: Path) -> None:
    foreign = Keystore(tmp_path / "theirs", light=True).import_key("x", "theirs", KEY)

    entry = Keystore(tmp_path / "ours", light=True).import_file("mine", "theirs", foreign.path)

    assert entry.address == SIGNER.address


@pytest.mark.parametrize(("name", "password"), [("../up", "x"), ("", "x"), ("a", "")])
def test_unusable_name_or_password__usage_error(tmp_path: Path, name: str, password: str) -> None:
    with pytest.raises(UsageError):
        Keystore(tmp_path, light=True).new(name, password)


def test_name_taken__refused(tmp_path: Path) -> None:
    store = Keystore(tmp_path, light=True)
    store.new("treasurer", "right")

    with pytest.raises(KeyFileError, match="no key has yet"):
        store.new("treasurer", "other")


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1}', '{"version": 3}'])
def test_broken_file__not_listed_and_not_opened(tmp_path: Path, content: str) -> None:
    (tmp_path / "broken.json").write_text(content)
    store = Keystore(tmp_path, light=True)

    with pytest.raises(KeyFileError):
        store.import_file("again", "right", tmp_path / "broken.json")

    assert store.entries() == []


def test_signer__never_shows_its_key() -> None:
    shown = f"{SIGNER!r} {SIGNER}"

    assert SIGNER.address in shown
    assert "4c4c" not in shown
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(SIGNER)


def test_directory__from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(KEYS_ENV, str(tmp_path))

    assert default_directory() == tmp_path
