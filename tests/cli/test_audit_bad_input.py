"""
Wrong words of `scf audit`: each is refused by name before a node is asked, and nothing is written.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from scf.audit.store import Store
from scf.audit.subjects import find_subjects
from scripts.make_history import write
from tests.cli.driving import Said, scf
from tests.cli.test_bad_input import HASH, NUMBER, SETTINGS, parameters
from tests.cli.test_usage import NOBODY_THERE, commands

DAYS = ("2025-02-30", "soon")
MOMENTS = (*DAYS, "-1", "99999999999")
STORES = ("no-such.sqlite", "broken", "empty", "mysql://user:secret@host/db")
FILES = ("no-such-file", "broken")
UNWRITABLE = ("no/such/place", "broken/below")
NUMBERS = ("-1", "many")
IDS = ("0x12zz", "nobody", "0x" + "00" * 32)

# Of each command the words that are right, then for each option its wrong words.
TABLE: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "books": ((), {
        "--store": STORES, "--show": ("weather",), "--at": MOMENTS, "--from": MOMENTS,
        "--as-of": DAYS, "--of": IDS,
    }),
    "prove": (("evidence.json", "--period"), {
        "file": UNWRITABLE, "--certificate": ("0x12", "17"), "--bill": ("12", "many"),
        "--range": ("1-2", f"{NUMBER}/2-1"), "--invoice": ("0x12", "A-1"),
        "--party": ("nobody", "0x12"), "--from-block": NUMBERS, "--to-block": NUMBERS,
        "--from": DAYS, "--until": DAYS,
    }),
    "verify": (("broken", "--block-hash", HASH), {
        "--block-hash": ("0x12", "now"), "--known-manifest": FILES,
    }),
    "export": (("export",), {
        "directory": (*UNWRITABLE[1:], "broken"), "--store": STORES, "--format": ("xlsx",),
        "--table": ("weather",),
    }),
    "sql": (("SELECT 1",), {
        "query": ("DELETE FROM events", "SELEC 1", "SELECT * FROM weather", "SELECT 1; SELECT 2"),
        "--store": STORES,
    }),
    "history": (("ID",), {
        "text": (*IDS, "0x"), "--kind": ("weather",), "--svg": UNWRITABLE, "--names": FILES,
        "--at": MOMENTS, "--store": STORES,
    }),
    "reconcile": ((), {
        "--check": ("weather",), "--mode": ("quick",), "--second": ("ftp://there", "there"),
        "--at": MOMENTS, "--store": STORES,
    }),
    "report": (("--out", "report.html"), {
        "--out": UNWRITABLE, "--for": ("nobody", "0x12"), "--mode": ("quick",), "--names": FILES,
        "--at": MOMENTS, "--store": STORES,
    }),
    "supervise": (("--out", "files"), {
        "--out": UNWRITABLE[1:], "--file": ("weather",), "--names": FILES, "--at": MOMENTS,
        "--store": STORES,
    }),
    "sync": ((), {
        "--store": STORES[1:2] + STORES[3:], "--until": NUMBERS, "--digest": (HASH, "0x12"),
        "--against": ("ftp://there", NOBODY_THERE),
    }),
    "access-log": ((), {}),
}  # fmt: skip
# What a refusal calls a word that is no option of that name; None: the parser refused it itself.
FIELDS = {
    "--of": ("id",),
    "--second": ("url",),
    "--names": ("names", "file"),
    "--certificate": ("id",),
    "--known-manifest": ("manifest",),
    "--digest": ("check",),
    "--against": ("check",),
    "--from-block": (None,),
    "--to-block": (None,),
    "--until": ("until", None),
    "query": ("sql",),
    "text": ("id",),
}
ANYTHING = {"--reason"}
CASES = [
    (command, option, word)
    for command, (_, options) in TABLE.items()
    for option, words in options.items()
    for word in words
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("audit")
    write(home / "audit.sqlite", 2_000, "words", openings_a_day=8).save(home / "manifest.json")
    (home / "broken").write_text("{", encoding="ascii")
    (home / "empty").touch()
    with Store.open(home / "audit.sqlite", read_only=True) as store:
        (home / "id").write_text(find_subjects(store, kind="certificate")[0].key, encoding="ascii")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def spoken(home: Path, command: str, option: str = "", word: str = "") -> Said:
    """The command with its right words, one of them wrong."""
    right = [(home / "id").read_text() if item == "ID" else item for item in TABLE[command][0]]
    if option in right:
        place = right.index(option)
        del right[place : place + 2]
    if option in ("--certificate", "--bill", "--range", "--invoice", "--party"):
        right.remove("--period")
    said = [option, word, *right] if option.startswith("--") else right
    if option and not option.startswith("--"):
        said[0] = word
    return scf("audit", command, *said, "--url", NOBODY_THERE, "--home", str(home), "--json")


def files_of(home: Path) -> dict[str, bytes]:
    """What is there; SQLite's own files beside a store that is read are no writing."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


@pytest.mark.parametrize(("command", "option", "word"), CASES)
def test_wrong_word__is_refused_by_name_and_nothing_is_written(
    home: Path, command: str, option: str, word: str
) -> None:
    before = files_of(home)

    said = spoken(home, command, option, word)

    assert said.code == 2, said.out
    assert json.loads(said.out)["ok"] is False
    assert said.error["message"]
    known = FIELDS.get(option, (option.removeprefix("--"),))
    assert said.error.get("field", said.error.get("what")) in known, said.error
    assert None in known or said.error["expected"]
    assert "secret" not in said.out
    after = files_of(home)
    # The look is written down before its files are; that nothing could be written changes nothing.
    assert {name: after[name] for name in after if name != "audit-access.jsonl"} == before


@pytest.mark.parametrize("command", TABLE)
@pytest.mark.parametrize("word", FILES)
def test_wrong_manifest__is_refused_by_name(home: Path, command: str, word: str) -> None:
    if command in ("verify", "access-log"):
        pytest.skip("asks for none")
    said = scf(
        *("audit", command, *(TABLE[command][0])),
        *("--url", NOBODY_THERE, "--home", str(home), "--manifest", word, "--json"),
    )

    assert (said.code, said.error["error"]) == (2, "ManifestError"), said.out


@pytest.mark.parametrize("command", ["sync", "prove", "reconcile"])
def test_node_not_there__is_said(home: Path, command: str) -> None:
    said = spoken(home, command)

    assert (said.code, said.error["error"]) == (3, "UnavailableError"), said.out
    assert said.error["retry"] is True


def test_evidence_that_is_none__is_a_misfit(home: Path) -> None:
    for word in FILES:
        said = spoken(home, "verify", "file", word)

        assert (said.code, said.error["error"]) == (1, "Misfit"), said.out


def test_table__has_every_option_of_every_command() -> None:
    audit = [words for words in commands() if words[0] == "audit"]

    assert {words[1] for words in audit} == TABLE.keys()
    for words in audit:
        options = {option for option, metavar in parameters(words) if metavar}
        named = TABLE[words[1]][1].keys() | ANYTHING | set(SETTINGS)
        assert options - named <= ({"file"} if words[1] == "verify" else set()), words
