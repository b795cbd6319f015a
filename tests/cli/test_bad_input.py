"""
What cannot be right is refused before a node is asked: every command, every option of a known kind.

All commands speak to a node that is not there. With good words they reach for it (exit code 3);
with one wrong word they must not get that far (exit code 2, the field named). Words are made from
each option's metavar, so a new command is tested as soon as it exists.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from scf.cli.app import build
from scf.model.bill_numbers import build_bill_number
from scf.model.identifiers import build_uscc
from tests.cli.driving import PASSWORD, scf
from tests.cli.test_usage import HEADER, NOBODY_THERE, commands
from tests.client.instrument_arguments import RECORDS

CODE, OTHER_CODE = build_uscc("91310000MA1FL101"), build_uscc("91310000MA1FL102")
WRONG_CODE = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
NUMBER = str(build_bill_number(kind=7, bank="1" * 12, issue_day=dt.date(2026, 1, 20), serial=1))
WRONG_NUMBER = NUMBER[:-1] + str((int(NUMBER) + 1) % 10)
HASH = "0x" + "ab" * 32
ADDRESS = "0x" + "12" * 20
# They need no node, or make one of their own.
OFFLINE = ("bill number", "chain start", "invoice key", "key import", "key list", "key new", "demo")
READING = (
    *("status", "move-to", "show", "officer", "list", "roll", "load", "balance", "supply"),
    *("debtor", "holders", "position", "undertakings", "terms", "import"),
    *("loan", "explain", "account", "acceptor", "claim", "compare", "early-offers"),
    "priority",
)
SETTINGS = ("--url", "--manifest", "--home", "--key", "--password-file", "--json", "--help")
WRITTEN = ("--out", "--save")

GOOD = {
    "ADDRESS": ADDRESS,
    "CODE": CODE,
    "CSV": "",
    "DAY": "2026-04-20",
    "HASH": HASH,
    "ID": HASH,
    "KEY": HASH,
    "LEI": "529900T8BM49AURSDO55",
    "NAME": "one",
    "NAMES": "one,two",
    "NUMBER": NUMBER,
    "PARTY": CODE,
    "PARTY[:PARTY]": CODE,
    "POWERS": "make,check",
    "RANGE": f"{NUMBER}/1-123456",
    "RATE": "3.60 %",
    "REASONS": "public_bond_default",
    "ROLES": "enterprise",
    "RULE": "OP-28",
    "SIZE": "small",
    "WORD": "full",
    "YUAN": "1,234.56",
}
BAD = {
    "ADDRESS": ("0x12", "nobody"),
    "CODE": (WRONG_CODE, "91310000MA1FL10"),
    "DAY": ("2026-02-30", "20.04.2026", "tomorrow"),
    "FILE": ("no-such-file", "broken"),
    "HASH": ("0x12", "file:no-such-file", "ab" * 32),
    "ID": ("0x12", "17"),
    "KEY": ("0x12", "A-1"),
    "LEI": ("529900T8BM49AURSDO00",),
    "NAME": ("nobody",),
    "NAMES": ("nobody", "one,nobody"),
    "NUMBER": (WRONG_NUMBER, "12", "many"),
    "PARTY": ("nobody", WRONG_CODE, "0x" + "00" * 20, "0x12"),
    "PARTY[:PARTY]": ("nobody", f"{CODE}:nobody"),
    "POWERS": ("fly",),
    "RANGE": (f"{WRONG_NUMBER}/1-2", f"{NUMBER}/2-1", NUMBER),
    "RATE": ("-1 %", "cheap"),
    "REASONS": ("weather",),
    "ROLES": ("king",),
    "RULE": ("规则", "R" * 32),
    "SIZE": ("huge",),
    "WORD": ("half",),
    "YUAN": ("-1", "1.234", "1e3", "much", "99999999999999999999"),
}
ABOVE_ZERO = ("--amount", "--cap", "--invoice-amount")
MAY_BE_NOTHING = ("finance bear-interest --cap",)
NOT_SAID = " "  # an option that does not go with the others
MORE: dict[str, dict[str, str]] = {
    "participant restate": {"--name": "A Ltd"},
    "participant enrol": {"--name": "A Ltd"},
    "rule set": {"--value": "1"},
    "rule calendar-load": {"--year": "2026"},
    "receivable open": {"--sign": "one,two,three", "--debtor": OTHER_CODE},
    "import": {"--party-keys": "derived"},
    "bill dishonour": {"--code": "DC01"},
    "bill disclose": {"--month": NOT_SAID},
    "bill endorse": {"--sign": NOT_SAID},
    "bill guarantee": {"--sign": NOT_SAID},
    "finance bear-interest": {"--share": "50 %"},
    "finance lend": {"--rate": "5 %", "--late-rate": "7 %"},
    "finance lend-bill": {"--rate": "5 %", "--late-rate": "7 %"},
    "finance early-offer": {"--rate": "5 %"},
    "finance quote": {"--rate": "5 %", "--request": NOT_SAID},
    "finance quote-bill": {"--rate": "5 %", "--request": NOT_SAID},
}
# What a refusal calls a word that is no option of that name.
FIELDS = {
    "rule": ("rule_id",),
    "file": ("file", "header"),
    "sign": ("sign", "name", "until"),
    "offer": ("offer", "terms"),
    "what": ("id",),
    "month": ("month", "bill"),
    "request": ("request", "amount", "--id", "--range"),
}


@dataclass(frozen=True)
class Place:
    """A home with keys, a manifest of some ledger, and the files that commands read."""

    home: Path
    files: dict[str, str]

    def file_of(self, words: list[str], option: str) -> str:
        """What a command reads there; nothing if it reads nothing."""
        return self.files.get(f"{' '.join(words)} {option}", self.files.get(option, ""))

    def scf(self, *words: str, key: str = "one") -> Any:
        settings = ("--url", NOBODY_THERE, "--home", str(self.home), "--key", key, "--json")
        return scf(*words, *settings)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    from scf import Manifest, Quote, Signer
    from scf.build.manifest import Deployed
    from scf.cli.files import save_change, save_quote, save_signed
    from scf.contracts.participants import OfficerChange
    from scf.model.records import Powers, SignedQuote

    home = tmp_path_factory.mktemp("home")
    (home / "keys").mkdir()
    for name in ("one", "two", "three"):
        text = json.dumps(Signer.create().encrypted(PASSWORD, light=True))
        (home / "keys" / f"{name}.json").write_text(text, encoding="utf-8")
    Manifest(
        chain_id=1337,
        genesis_hash=HASH,
        first_block=1,
        operator=ADDRESS,
        contracts={"Cash": Deployed(address=ADDRESS, code_hash=HASH)},
        compiler="0.8.30",
        evm_version="paris",
        package_version="1",
    ).save(home / "manifest.json")
    (home / "consortium.key").write_text("5f" * 32, encoding="ascii")
    (home / "broken").write_text("{", encoding="ascii")
    quote = Quote(
        funder=ADDRESS,
        seller="0x" + "34" * 20,
        certificate_id=1,
        amount=100,
        rate=36_000,
        fee=0,
        registry_receipt=bytes.fromhex(HASH[2:]),
        deadline=2**63,
    )
    signed = SignedQuote(quote=quote, officer=ADDRESS, signature=bytes(65))
    save_quote(home / "quote", signed)
    change = OfficerChange(
        party=ADDRESS, officer=ADDRESS, powers=Powers.ALL, limit=1, nonce=0, deadline=2**63
    )
    save_change(home / "saved", change)
    party = {"uscc": CODE, "name": "A", "roles": "court", "size": "state", "officers": ["one"]}
    founders = dict.fromkeys(("operator", "regulator", "court"), party)
    (home / "founders").write_text(json.dumps(founders), encoding="utf-8")
    row = f"S,{CODE},B,{OTHER_CODE},1,2026-01-05,2026-03-05,1\n"
    (home / "file").write_text(HEADER + row, encoding="utf-8")
    for kind in ("LoanTerms", "BillLoanTerms", "EarlyOffer"):
        save_signed(home / kind, RECORDS[kind], ADDRESS, bytes(65))
    plain = dataclasses.asdict(RECORDS["ClaimTerms"])
    words = {name: "0x" + value.hex() for name, value in plain.items() if type(value) is bytes}
    numbers = {"certificate_id": "0x1", "amount_fen": plain["amount"]}
    (home / "claim").write_text(json.dumps(plain | words | numbers), encoding="utf-8")
    (home / "claims").write_text('{"claims": [{"owed_fen": 1}]}', encoding="utf-8")
    names = ("--founders", "--quote", "--saved", "file", "--claim", "--claims")
    files = {name: str(home / name.removeprefix("--")) for name in names}
    files |= {"quotes": files["--quote"], "--offer": str(home / "EarlyOffer")}
    files |= {"--terms": str(home / "LoanTerms")}
    files |= {"finance pledge-bill --terms": str(home / "BillLoanTerms")}
    return Place(home, files)


def parameters(words: list[str]) -> list[tuple[str, str | None]]:
    """The options and arguments of a command's own, with their metavars."""
    found: Any = _group(words[0])
    if len(words) > 1:
        found = found.commands[words[1]]
    return [(item.opts[0], item.metavar) for item in found.params if item.opts[0] not in SETTINGS]


@cache
def _group(name: str) -> Any:
    group = build()
    return group.resolve_command(group.make_context("scf", [name]), [name])[1]


def spoken(place: Place, words: list[str], wrong: tuple[str, str] | None = None) -> list[str]:
    """The command with a good word for every option of a known kind, but for the wrong one."""
    said, more = list(words), MORE.get(" ".join(words), {})
    for option, metavar in parameters(words):
        word = more.get(option) or GOOD.get(str(metavar)) or place.file_of(words, option)
        if option in WRITTEN:
            word = str(place.home / "written")
        if wrong is not None and wrong[0] == option:
            word = wrong[1]
        if not word.strip():
            continue
        said += [option, word] if option.startswith("--") else [word]
    return said


def cases() -> Iterator[tuple[list[str], str, str]]:
    """One wrong word for each option of each command; of a kind's wrong words the next in turn."""
    turns = {kind: cycle(found) for kind, found in BAD.items()}
    above_zero = cycle(("0", *BAD["YUAN"]))
    for words in ONLINE:
        for option, metavar in parameters(words):
            if metavar in BAD and option not in WRITTEN:
                may_be_nothing = f"{' '.join(words)} {option}" in MAY_BE_NOTHING
                is_above = option in ABOVE_ZERO and not may_be_nothing
                yield words, option, next(above_zero if is_above else turns[metavar])


# Audit reads a store, not a node.
AT_A_NODE = (
    *("chain", "key", "deploy", "participant", "rule", "cash", "invoice", "receivable"),
    *("import", "demo", "bill", "recourse", "finance"),
)
ONLINE = [words for words in commands() if words[0] in AT_A_NODE and " ".join(words) not in OFFLINE]
ACTING = [words for words in ONLINE if words[-1] not in READING]
CASES = list(cases())


@pytest.mark.parametrize("words", ONLINE, ids=" ".join)
def test_node_not_there__every_command_says_so(place: Place, words: list[str]) -> None:
    said = place.scf(*spoken(place, words))

    assert said.code == 3, said.out
    assert said.error["error"] == "UnavailableError"
    assert said.error["retry"] is True


@pytest.mark.parametrize(
    ("words", "option", "word"), CASES, ids=lambda item: item if isinstance(item, str) else ""
)
def test_wrong_word__is_refused_before_a_node_is_asked(
    place: Place, words: list[str], option: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.home)

    said = place.scf(*spoken(place, words, (option, word)))

    assert said.code == 2, said.out
    if said.error["error"] != "KeyFileError":
        name = option.removeprefix("--")
        assert said.error["field"] in FIELDS.get(name, (name,))
    assert said.error["expected"]


def test_cases__cover_every_kind() -> None:
    """A kind of option that no case knows would go untested."""
    kinds = {metavar for words in ONLINE for _, metavar in parameters(words) if metavar}
    said = {word for _, _, word in CASES}

    # Files of many bills and quotes have tests of their own.
    assert kinds - set(BAD) == {"CSV", "FILE...", "N", "N,N"}
    assert {word for kind in kinds & set(BAD) for word in BAD[kind]} <= said


@pytest.mark.parametrize("words", ACTING, ids=" ".join)
def test_key_not_there__is_said_before_a_node_is_asked(place: Place, words: list[str]) -> None:
    said = place.scf(*spoken(place, words, ("--sign", "")), key="nobody")

    assert said.code == 2
    assert said.error["error"] == "KeyFileError"
