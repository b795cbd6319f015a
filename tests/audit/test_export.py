"""Exports: complete or not there, exact in both forms, with a dictionary."""

from __future__ import annotations

import csv
import json

import pyarrow.parquet as pq
import pytest

from scf.audit.export import check, export
from scf.audit.sql import Reading
from scf.audit.store import Store
from scf.errors import UsageError


@pytest.fixture
def reading(history_file):
    with Store.open(history_file, read_only=True) as store:
        yield Reading(store)


def test_both_forms__hold_what_sql_says(reading, tmp_path) -> None:
    tables = ("balances", "receivables_transfer_single")
    export(reading, tmp_path / "csv", tables=tables)
    export(reading, tmp_path / "parquet", form="parquet", tables=tables)

    for table in tables:
        columns = [item.name for item in reading.view(table).columns]
        _, rows = reading.query(f"SELECT * FROM {table}")
        expected = sorted(tuple(row) for row in rows)
        with (tmp_path / "csv" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            head, *lines = csv.reader(file)
        assert head == columns
        assert sorted(map(str, lines)) == sorted(
            str(["" if value is None else str(value) for value in row]) for row in expected
        )
        parquet = pq.read_table(tmp_path / "parquet" / f"{table}.parquet")
        found = sorted(zip(*(column.to_pylist() for column in parquet.columns), strict=True))
        assert found == expected


def test_everything__has_a_dictionary_and_an_index(reading, tmp_path) -> None:
    report = export(reading, tmp_path / "all")

    described = json.loads((tmp_path / "all" / "dictionary.json").read_text(encoding="utf-8"))
    index = json.loads((tmp_path / "all" / "index.json").read_text(encoding="utf-8"))
    assert {item["table"] for item in described} == {item.table for item in report.files[:-1]}
    assert all(column["meaning"] for item in described for column in item["columns"])
    assert index["digest"] == report.digest == reading.store.last_block().digest
    assert check(tmp_path / "all") == len(report.files)
    assert not (tmp_path / "all.part").exists()


def test_unknown_table_or_form__is_refused_and_leaves_nothing(reading, tmp_path) -> None:
    with pytest.raises(UsageError, match="did you mean balances"):
        export(reading, tmp_path / "x", tables=("balance",))
    with pytest.raises(UsageError, match="csv, parquet"):
        export(reading, tmp_path / "x", form="xlsx")

    assert list(tmp_path.iterdir()) == []


def test_directory_that_exists__is_left_alone(reading, tmp_path) -> None:
    with pytest.raises(UsageError, match="does not exist yet"):
        export(reading, tmp_path)


def test_failed_export__leaves_nothing(reading, tmp_path, monkeypatch) -> None:
    def fail(table: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(reading, tmp_path / "x", on_progress=fail)

    assert list(tmp_path.iterdir()) == []
