"""`scf audit …`: JSON and text, exit codes, refusals by name."""

from __future__ import annotations

import json

import pytest

from scf.audit.store import Store
from tests.audit.conftest import act
from tests.cli.driving import scf


@pytest.fixture
def asked(store_file, monkeypatch):
    for name in ("SCF_URL", "SCF_MANIFEST", "SCF_KEY", "SCF_HOME", "SCF_STORE"):
        monkeypatch.delenv(name, raising=False)

    def ask(*words: str):
        return scf("audit", *words, "--home", str(store_file.parent))

    return ask


def test_sync__fills_the_store_and_says_how(town, tmp_path) -> None:
    town.ledger.manifest.save(tmp_path / "manifest.json")
    words = ("audit", "sync", "--url", town.ledger.node.url, "--home", str(tmp_path), "--json")
    act(town)

    first = scf(*words, "--senders").result
    again = scf(*words).result
    checked = scf(*words, "--check", "--digest", first["digest"], "--against", town.ledger.node.url)

    assert first["events"] > 20
    assert first["unreadable"] == {}
    assert (again["events"], again["digest"]) == (0, first["digest"])
    assert checked.result["faults"] == []
    wrong = scf(*words, "--check", "--digest", "0x" + "11" * 32)
    assert (wrong.code, wrong.error["error"]) == (1, "UnsoundError")


def test_sync_without_a_node__is_exit_code_3(asked) -> None:
    assert asked("sync", "--url", "http://127.0.0.1:1", "--json").code == 3


def test_sync_with_another_chains_manifest__is_refused(town, asked) -> None:
    said = asked("sync", "--url", town.ledger.node.url, "--json")

    assert said.code == 2
    assert said.error["error"] == "ManifestError"
    assert said.error["field"] == "chain id"


def test_books__at_moments_and_of_somebody(asked, store_file) -> None:
    with Store.open(store_file, read_only=True) as store:
        event = next(store.events(name="CertificateOpened"))
    debtor = event.args["debtor"]

    end = asked("books", "--json").result
    past = asked("books", "--at", "2025-03-20", "--show", "holdings", "--json").result
    mine = asked("books", "--show", "exposure", "--of", debtor, "--json").result
    late = asked("books", "--show", "overdue", "--as-of", "2027-01-01", "--json").result
    text = asked("books", "--show", "holdings")

    assert end["events"] > past["events"]
    assert past["day"] <= "2025-03-20"
    assert [row["debtor"] for row in mine["exposure"]] == [debtor]
    assert late["overdue"][0]["days_late"] > 300
    assert "more (--json shows all)" in text.out


def test_roll_forward_and_diff__between_moments(asked) -> None:
    said = asked("books", "--from", "2025-03-20", "--show", "rollforward", "--show", "diff",
                 "--json").result  # fmt: skip

    assert said["rollforward"]
    assert not any(row["difference_fen"] for row in said["rollforward"])
    assert {row["section"] for row in said["diff"]} >= {"certificates", "holdings", "cash"}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("books", "--show", "overdu"), "did you mean overdue"),
        (("books", "--show", "diff"), "--from"),
        (("books", "--at", "99999999"), "a block up to"),
        (("books", "--at", "tomorrow"), "a day in the form"),
        (("books", "--of", "0x1234567890"), "certificate ("),
        (("sql", "SELECT * FROM balancs"), "did you mean balances"),
        (("sql", "DELETE FROM events"), "one query that reads"),
        (("sql",), "either a query or --views"),
        (("sync", "--digest", "0x12"), "--check"),
    ],
)
def test_wrong_words__get_help_and_exit_code_2(asked, words, hint) -> None:
    said = asked(*words)

    assert said.code == 2
    assert hint in said.err


def test_sql_and_its_views(asked) -> None:
    said = asked("sql", "SELECT COUNT(*) AS n FROM log", "--json").result
    views = asked("sql", "--views", "--json").result

    assert said["columns"] == ["n"]
    assert said["rows"][0][0] > 5_000
    assert {"balances", "cash_transfer"} <= {item["table"] for item in views}
    assert "balances" in asked("sql", "--views").out


def test_export_and_its_check(asked, tmp_path) -> None:
    directory = str(tmp_path / "out")

    made = asked("export", directory, "--table", "balances", "--json").result
    checked = asked("export", directory, "--check", "--json").result

    assert [item["name"] for item in made["files"]] == ["balances.csv", "dictionary.json"]
    assert checked["files"] == 2
    (tmp_path / "out" / "balances.csv").write_text("nothing", encoding="utf-8")
    assert asked("export", directory, "--check", "--json").code == 1


def test_changed_store__is_exit_code_1_and_named(asked, store_file) -> None:
    with Store.open(store_file) as store:
        store.database.run("UPDATE blocks SET timestamp = timestamp + 60 WHERE number = 3")

    said = asked("sync", "--check", "--json")

    assert said.code == 1
    assert "blocks 3" in said.error["message"]


def test_manifest_of_another_deployment__is_refused(asked, store_file) -> None:
    path = store_file.parent / "manifest.json"
    shape = json.loads(path.read_text(encoding="utf-8")) | {"chainId": 7}
    path.write_text(json.dumps(shape), encoding="utf-8")

    said = asked("books", "--json")

    assert (said.code, said.error["error"]) == (2, "ManifestError")
