"""Files for supervisors: what is in them adds up to the books; all of them or none."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from scf.audit.dues import late_interest, pay_day
from scf.audit.gathering import key_text
from scf.audit.names import Names
from scf.audit.reading import Reading
from scf.audit.supervision import FILINGS, Filing, files_of, made, write_files
from scf.errors import UsageError
from scf.units import from_civil_day
from tests.audit.reading.tales import Tale
from tests.stories import YUAN

ABOUT = {"chain": "1"}


@pytest.fixture(scope="module")
def folder(reading: Reading, names: Names, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("supervision") / "2026-04"
    write_files(files_of(reading, names), out, about=ABOUT)
    return out


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_index__describes_every_file_and_column(folder: Path) -> None:
    index = json.loads((folder / "files.json").read_text(encoding="utf-8"))

    assert {item["file"] for item in index["files"]} == {f"{name}.csv" for name in FILINGS}
    assert index["about"] == ABOUT
    for item in index["files"]:
        data = (folder / item["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == item["sha256"]
        rows = rows_of(folder, item["file"].removesuffix(".csv"))
        assert item["rows"] == len(rows)
        assert all(column["meaning"] and column["type"] for column in item["columns"])
        head = data.decode().splitlines()[0].split(",")
        assert head == [column["name"] for column in item["columns"]]


def test_certificates__add_up_to_the_books(folder: Path, reading: Reading, tale: Tale) -> None:
    rows = {row["certificate"]: row for row in rows_of(folder, "r77-12-certificates")}

    assert len(rows) == len(reading.state.certificates)
    outstanding = sum(int(row["outstanding_fen"]) for row in rows.values())
    assert outstanding == sum(reading.state.outstanding.values())
    paid = rows[key_text(tale.paid)]
    assert (paid["status"], paid["hops_count"], paid["late_days"]) == ("paid", "4", "0")
    assert int(paid["financed_fen"]) == 250_000 * YUAN
    assert paid["debtor_uscc"] == tale.world.actors["debtor"].uscc


def test_months__add_up_to_what_happened(folder: Path, reading: Reading) -> None:
    rows = rows_of(folder, "r77-12-monthly")

    assert [row["month"] for row in rows] == ["2026-03", "2026-04"]
    assert sum(int(row["promised_fen"]) for row in rows) == 1_820_000 * YUAN
    assert sum(int(row["passed_count"]) for row in rows) == 3
    assert sum(int(row["financed_fen"]) for row in rows) == 250_000 * YUAN
    assert sum(int(row["late_interest_fen"]) for row in rows) == 500 * YUAN
    assert len(reading.payments) == sum(int(row["paid_count"]) for row in rows)


def test_filing__is_to_be_cancelled_ten_business_days_after_payment(
    folder: Path, tale: Tale
) -> None:
    (row,) = rows_of(folder, "registry-filings")

    assert row["quote"] == "0x" + tale.quote.hex()
    assert row["discharged_day"] == "2026-04-22"
    assert row["cancel_by_day"] == "2026-05-09"  # after the holidays, a working Saturday


def test_arrears__are_those_of_large_debtors_to_small_suppliers(
    folder: Path, reading: Reading, tale: Tale
) -> None:
    rows = {row["certificate"]: row for row in rows_of(folder, "r802-6-arrears")}

    assert set(rows) == {key_text(tale.overdue), key_text(tale.frozen)}
    row = rows[key_text(tale.overdue)]
    certificate = reading.state.certificates[tale.overdue]
    amount = reading.state.outstanding[tale.overdue]
    due = pay_day(reading.state, certificate.due_day)
    assert (row["debtor_size"], row["supplier_size"], row["marked"]) == ("state", "medium", "yes")
    assert int(row["overdue_fen"]) == amount == 300_000 * YUAN
    assert row["payment_day"] == from_civil_day(due).isoformat()
    interest = late_interest(reading.state, certificate, amount, reading.day)
    assert int(row["late_interest_fen"]) == interest > 0
    assert int(row["late_days"]) == reading.day - due


@pytest.mark.parametrize("name", ["x1-acceptances", "x2-monthly"])
def test_bills__have_files_with_a_head_even_where_there_are_none(folder: Path, name: str) -> None:
    assert rows_of(folder, name) == []
    assert (folder / f"{name}.csv").read_text(encoding="utf-8").count(",") >= 5


def test_json__holds_the_same_rows(
    reading: Reading, names: Names, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "json"
    write_files(files_of(reading, names), out, about=ABOUT, as_json=True)

    for name in FILINGS:
        rows = json.loads((out / f"{name}.json").read_text(encoding="utf-8"))
        plain = [{key: str(value) for key, value in row.items()} for row in rows]
        assert plain == rows_of(folder, name)


def test_folder_with_something_in_it__is_left_alone(
    reading: Reading, names: Names, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="does not exist yet"):
        write_files(files_of(reading, names), tmp_path, about=ABOUT)

    assert [item.name for item in tmp_path.iterdir()] == ["mine.txt"]


def test_file_that_cannot_be_made__leaves_nothing(
    reading: Reading, names: Names, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match="out"):
        write_files(files_of(reading, names), blocked / "deep", about=ABOUT)

    assert [item.name for item in tmp_path.iterdir()] == ["file"]


def test_row_of_another_length__is_a_bug_of_ours(reading: Reading, names: Names) -> None:
    filing = Filing(title="t", rules=(), to="", columns={"one": "1"}, rows=lambda *_: [(1, 2)])

    with pytest.raises(ValueError, match="1 columns, not 2"):
        made("odd", filing, reading, names)
