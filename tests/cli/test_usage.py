"""What wrong usage gets, without any chain: exit code 2 (3 for a node), and words that help."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.core import TyperGroup

from scf.cli.app import GROUPS, build
from tests.cli.driving import scf

HASH = "0x" + "ab" * 32
NOBODY_THERE = "http://127.0.0.1:9"
HEADER = "seller_name,seller_uscc,buyer_name,buyer_uscc,invoice_no,issue_day,due_day,amount\n"


def commands() -> list[list[str]]:
    """Every command as its words."""
    found = []
    group = build()
    for name in GROUPS:
        _, command, _ = group.resolve_command(group.make_context("scf", [name]), [name])
        if isinstance(command, TyperGroup):
            found += [[name, verb] for verb in command.commands]
        else:
            found.append([name])
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command__explains_itself_and_takes_json(words):
    said = scf(*words, "--help")

    assert said.code == 0
    assert "--json" in said.out
    assert "Result: " in said.out


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command__refuses_an_unknown_option(words):
    said = scf(*words, "--no-such-option", "--json")

    assert said.code == 2
    assert said.error["error"] == "UsageError"
    assert said.json["command"] == " ".join(words)


def test_help__names_every_group():
    said = scf("--help")

    assert said.code == 0
    assert all(name in said.out for name in GROUPS)


def test_unknown_command__suggests_one():
    said = scf("cash", "balanse")

    assert said.code == 2
    assert "Did you mean 'balance'?" in said.err


def test_missing_option__is_named():
    said = scf("cash", "balance", "--json")

    assert said.code == 2
    assert "--party" in said.error["message"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["chain", "start", "--node", "geth"], "node"),
        (["chain", "start", "--start-day", "2026-02-30"], "start-day"),
        (["chain", "start", "--node", "anvil", "--data", "x"], "data"),
        (["key", "new", "bad/name"], "name"),
        (["key", "import", "k"], "file"),
        (["deploy"], "founders"),
        (["demo", "--node", "geth"], "node"),
        (["invoice", "key", "--number", "1", "--supplier", "x", "--debtor", "y"], "issuer"),
        (["import", "no-such-file.csv"], "file"),
    ],
)
def test_wrong_value__names_the_field(words, field, tmp_path):
    said = scf(*words, "--json", "--home", str(tmp_path))

    assert said.code == 2
    assert said.error["field"] == field
    assert said.error["expected"]


def test_node_not_there__is_exit_code_3():
    said = scf("chain", "status", "--url", NOBODY_THERE, "--json")

    assert said.code == 3
    assert said.error["retry"] is True


def test_no_manifest__is_named(tmp_path):
    said = scf("cash", "supply", "--home", str(tmp_path), "--json")

    assert said.code == 2
    assert said.error["error"] == "ManifestError"
    assert "manifest.json" in said.error["value"]


def test_url_without_scheme__is_refused():
    said = scf("chain", "status", "--url", "localhost", "--json")

    assert said.code == 2


def test_password_from_nowhere__is_asked_for_in_words(tmp_path, monkeypatch):
    monkeypatch.delenv("SCF_PASSWORD")

    said = scf("key", "new", "k", "--home", str(tmp_path), "--json")

    assert said.code == 2
    assert "--password-file" in said.error["expected"]


def test_password_file__must_be_readable(tmp_path):
    missing = str(tmp_path / "none")

    said = scf("key", "new", "k", "--home", str(tmp_path), "--password-file", missing, "--json")

    assert said.code == 2
    assert said.error["error"] == "KeyFileError"


def test_key__is_never_in_what_is_said(tmp_path):
    secret = "1f" * 32
    raw = tmp_path / "raw"
    raw.write_text(secret, encoding="ascii")

    said = scf("key", "import", "k", "--raw-file", str(raw), "--home", str(tmp_path), "--json")
    again = scf("key", "import", "k", "--raw-file", str(raw), "--home", str(tmp_path), "--json")

    assert set(said.result) == {"name", "address", "path"}
    assert again.code == 2
    assert secret not in said.out + said.err + again.out + again.err


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("S,x,B,y,1,2026-01-05,2026-03-05,1\n", "seller_uscc"),
        ("S,x,B,y,1,2026-01-05,05/03/2026,1\n", "due_day"),
        ("S,x,B,y,1,2026-01-05,2026-03-05,1.234\n", "amount"),
    ],
)
def test_import__reports_bad_lines_by_number(line, field, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + line, encoding="utf-8")

    said = scf("import", str(path), "--check-only", "--json")

    assert said.code == 2
    assert {"line", "field", "value", "expected", "kind"} == set(said.error["faults"][0])
    assert (2, field) in {(fault["line"], fault["field"]) for fault in said.error["faults"]}


@pytest.mark.parametrize(
    ("text", "options", "field"),
    [
        ("a,b,c\n1,2,3\n", [], "header"),
        (HEADER, [], "file"),
        (HEADER, ["--date-format", "%d"], "date format"),
        (HEADER, ["--encoding", "latin-1"], "encoding"),
        (HEADER, ["--delimiter", "pipe"], "delimiter"),
        (HEADER, ["--map", "Rechnung=invoice_nr"], "map"),
    ],
)
def test_import__refuses_a_file_that_cannot_be_read(text, options, field, tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")

    said = scf("import", str(path), "--check-only", "--json", *options)

    assert said.code == 2
    assert said.error["field"] == field


@pytest.mark.parametrize(("words", "code"), [(("key", "list"), 0), (("cash", "balance"), 2)])
def test_json_into_a_closed_pipe__keeps_the_exit_code_without_a_traceback(words, code, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-c", "from scf.cli import main; main()", *words, "--json"]

    done = subprocess.run(
        [*command, "--home", str(tmp_path)], stdout=writing, stderr=subprocess.PIPE, check=False
    )

    os.close(writing)
    assert (done.returncode, done.stderr) == (code, b"")
