"""Invoice files: what is read, and what each kind of bad file, line or field is told."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scf.errors import UsageError
from scf.importing import ImportFile, load_column_map, parse_column_map, read_invoices
from scf.model.identifiers import build_uscc
from scf.model.tables import FaultKind, LineFault

SELLER, BUYER, OTHER = (build_uscc(f"91990100MADEM90{n}") for n in range(3))
GOOD = {
    "seller_name": "Supplier 供应商",
    "seller_uscc": SELLER,
    "buyer_name": "Buyer, Ltd",
    "buyer_uscc": BUYER,
    "invoice_no": "25991000000000000001",
    "issue_day": "2025-01-06",
    "due_day": "2025-03-06",
    "amount": "1,234.56",
    "settled_day": "2025-03-07",
    "delivery_day": "2025-01-05",
    "evidence_hash": "0x" + "aB" * 32,
}
COLUMNS = list(GOOD)


def csv_text(*rows, columns=COLUMNS, delimiter=","):
    stream = io.StringIO()
    sheet = csv.writer(stream, delimiter=delimiter)
    sheet.writerow(columns)
    sheet.writerows([[row.get(name, "") for name in COLUMNS] for row in rows])
    return stream.getvalue()


@pytest.fixture
def read(tmp_path):
    def reading(content, **options) -> ImportFile:
        path = tmp_path / "invoices.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_invoices(path, **options)

    return reading


def faults_of(found):
    return [(fault.line, fault.field, fault.kind) for fault in found.faults]


def test_read__gives_canonical_rows(read):
    found = read(csv_text(GOOD))

    assert found.faults == found.warnings == found.ignored_columns == ()
    (row,) = found.rows
    assert (row.line, row.amount, row.invoice_no) == (2, 1234_56, "25991000000000000001")
    assert (row.seller_name, row.buyer_name) == ("Supplier 供应商", "Buyer, Ltd")
    assert (row.issue_day, row.due_day) == (dt.date(2025, 1, 6), dt.date(2025, 3, 6))
    assert (row.settled_day, row.delivery_day) == (dt.date(2025, 3, 7), dt.date(2025, 1, 5))
    assert row.evidence_hash == bytes.fromhex("ab" * 32)
    assert row.fingerprint == f"fp1|INVOICE|25991000000000000001|{SELLER}|{BUYER}|CNY"
    assert found.parties == {SELLER: "Supplier 供应商", BUYER: "Buyer, Ltd"}


def test_read__leaves_optional_fields_open(read):
    found = read(csv_text(GOOD | {"settled_day": " ", "delivery_day": "", "evidence_hash": ""}))

    (row,) = found.rows
    assert (row.settled_day, row.delivery_day, row.evidence_hash) == (None, None, None)


def test_read__does_without_optional_columns(read):
    lines = [",".join(COLUMNS[:8]), f'S,{SELLER},B,{BUYER},1,2025-01-06,2025-03-06,"1,000"']

    (row,) = read("\n".join(lines)).rows

    assert row.amount == 1000_00
    assert row.settled_day is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_read__takes_byte_order_mark_and_either_line_end(read, newline, mark):
    text = mark + newline.join([*csv_text(GOOD).splitlines(), "", ",,,", ""])

    assert len(read(text).rows) == 1


def test_read__takes_gb18030_when_told(read):
    content = csv_text(GOOD).encode("gb18030")

    assert read(content, encoding="gb18030").rows[0].seller_name == "Supplier 供应商"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_read__takes_other_delimiters_when_told(read, delimiter):
    found = read(csv_text(GOOD, delimiter=delimiter), delimiter=delimiter)

    assert found.rows[0].amount == 1234_56


@pytest.mark.parametrize(
    ("form", "day"), [("%Y/%m/%d", "2025/1/6"), ("%d.%m.%Y", "06.01.2025"), ("%Y%m%d", "20250106")]
)
def test_read__takes_other_date_formats_when_told(read, form, day):
    days = dict.fromkeys(("issue_day", "due_day", "settled_day", "delivery_day"), day)

    assert read(csv_text(GOOD | days), date_format=form).rows[0].due_day == dt.date(2025, 1, 6)


def test_read__maps_the_columns_of_other_systems(read):
    header = ["销方", "销方税号", "购方", "购方税号", "发票号码", "Issued", "Due", "价税合计"]
    text = csv_text(GOOD, columns=[*header, *COLUMNS[8:]])
    column_map = parse_column_map(
        "销方=seller_name, 销方税号 = seller_uscc,购方=buyer_name,购方税号=buyer_uscc,"
        "发票号码=invoice_no,Issued=issue_day,Due=due_day,价税合计=amount"
    )

    assert read(text, column_map=column_map).rows[0].amount == 1234_56


def test_read__lets_the_map_win_over_a_column_of_our_name(read):
    row = GOOD | {"amount": "1.00", "evidence_hash": "2.00"}
    found = read(csv_text(row, columns=[*COLUMNS[:-1], "Total"]), column_map={"Total": "amount"})

    assert found.rows[0].amount == 2_00
    assert found.ignored_columns == ("amount",)


def test_read__matches_names_without_case_and_ignores_foreign_columns(read):
    header = [name.upper() for name in COLUMNS[:-2]] + ["Remark", "Remark"]

    found = read(csv_text(GOOD, columns=header))

    assert len(found.rows) == 1
    assert found.ignored_columns == ("Remark", "Remark")


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"seller_name": " "}, "seller_name", "a value"),
        ({"seller_name": "x" * 201}, "seller_name", "200 printable"),
        ({"buyer_name": "a\u200bb"}, "buyer_name", "printable"),
        ({"seller_uscc": SELLER[:17]}, "seller_uscc", "18 characters"),
        ({"seller_uscc": SELLER.lower()}, "seller_uscc", "upper-case"),
        ({"buyer_uscc": BUYER[:16] + "A1"}, "buyer_uscc", "17th character"),
        ({"buyer_uscc": BUYER[:17] + "?"}, "buyer_uscc", "without I, O, S, V, Z"),
        ({"buyer_uscc": SELLER}, "buyer_uscc", "another party than the seller"),
        ({"invoice_no": ""}, "invoice_no", "a value"),
        ({"invoice_no": "26991000000000000001"}, "invoice_no", "a year from 21 to 25"),
        ({"invoice_no": "2.5991E+19"}, "invoice_no", "spreadsheet"),
        ({"issue_day": "06/01/2025"}, "issue_day", "a day in the form 2025-01-31"),
        ({"due_day": "2025-01-05"}, "due_day", "from the issue day 2025-01-06 on"),
        ({"settled_day": "2025-01-05"}, "settled_day", "from the issue day 2025-01-06 on"),
        ({"settled_day": "soon"}, "settled_day", "a day in the form"),
        ({"delivery_day": "2025-02-30"}, "delivery_day", "a day in the form"),
        ({"amount": "0.00"}, "amount", "above zero"),
        ({"amount": "-5.00"}, "amount", "not negative"),
        ({"amount": "1.005"}, "amount", "FEN-1"),
        ({"amount": "12345678901234567.00"}, "amount", "FEN-7"),
        ({"amount": "1,23.00"}, "amount", "two decimals"),
        ({"evidence_hash": "ab"}, "evidence_hash", "32 bytes in hex"),
    ],
)
def test_read__reports_the_bad_field(read, changed, field, says):
    found = read(csv_text(GOOD | {"invoice_no": "A1"}, GOOD | changed))

    (fault,) = found.faults
    assert (fault.line, fault.field, fault.kind) == (3, field, FaultKind.VALUE)
    assert fault.value == changed[field]
    assert says in fault.expected
    assert len(found.rows) == 1


def test_read__reports_every_fault_of_every_line(read):
    bad = GOOD | {"amount": "x", "due_day": "x", "seller_uscc": "x"}

    found = read(csv_text(bad, GOOD, bad))

    assert {(line, field) for line, field, _ in faults_of(found)} == {
        (line, field) for line in (2, 4) for field in ("amount", "due_day", "seller_uscc")
    }
    assert [row.line for row in found.rows] == [3]


def test_fault__reads_as_a_sentence_and_as_json():
    fault = LineFault(line=7, field="amount", value="x", expected="yuan")

    assert fault.sentence() == "line 7: amount: 'x': expected yuan"
    assert fault.as_dict() == {
        "line": 7,
        "field": "amount",
        "value": "x",
        "expected": "yuan",
        "kind": "value",
    }


def test_read__reports_an_unquoted_thousands_separator(read):
    text = csv_text(GOOD) + f"S,{SELLER},B,{BUYER},2,2025-01-06,2025-03-06,1,000.00,,,\n"

    (fault,) = read(text).faults

    assert (fault.line, fault.value) == (3, "12 fields")
    assert "11 fields; a comma inside a field needs quotes" in fault.expected


def test_read__counts_lines_across_quoted_line_breaks(read):
    text = csv_text(GOOD | {"seller_name": "two\nlines"}, GOOD | {"amount": "x"})

    found = read(text)

    assert found.rows[0].seller_name == "two lines"
    assert [row.line for row in found.rows] == [2]
    assert faults_of(found) == [(4, "amount", FaultKind.VALUE)]


def test_read__reports_broken_quotes(read):
    found = read(csv_text(GOOD) + 'x"y","z"w,\n' + '"never closed,\n')

    assert [(fault.line, fault.field) for fault in found.faults] == [(3, "line"), (4, "line")]
    assert "closed quotes" in found.faults[0].expected
    assert len(found.rows) == 1


def test_read__keeps_the_first_of_duplicates(read):
    spelt = GOOD | {"invoice_no": "2599 1000 0000 0000 0001", "amount": "1234.56"}

    found = read(csv_text(GOOD, spelt, GOOD))

    assert [row.line for row in found.rows] == [2]
    assert faults_of(found) == [
        (3, "invoice_no", FaultKind.DUPLICATE),
        (4, "invoice_no", FaultKind.DUPLICATE),
    ]
    assert "line 2" in found.faults[0].expected


@pytest.mark.parametrize(
    ("changed", "field", "values"),
    [
        ({"amount": "9.00"}, "amount", ("1,234.56", "9.00")),
        ({"issue_day": "2025-01-07"}, "issue_day", ("2025-01-06", "2025-01-07")),
        ({"due_day": "2025-03-09"}, "due_day", ("2025-03-06", "2025-03-09")),
        ({"settled_day": ""}, "settled_day", ("2025-03-07", "nothing")),
        ({"evidence_hash": "cd" * 32}, "evidence_hash", ("ab" * 32, "cd" * 32)),
        ({"buyer_uscc": OTHER}, "buyer_uscc", (BUYER, OTHER)),
    ],
)
def test_read__withholds_both_lines_of_a_conflict(read, changed, field, values):
    found = read(csv_text(GOOD, GOOD | {"invoice_no": "A1"}, GOOD | changed, GOOD))

    assert [row.line for row in found.rows] == [3]
    assert [(fault.line, fault.field) for fault in found.faults] == [
        (2, field),
        (4, field),
        (5, "invoice_no"),
    ]
    first, second, _ = found.faults
    assert first.kind is second.kind is FaultKind.CONFLICT
    assert (first.value, second.value) == values
    assert first.expected == f"{values[1]} as for the same invoice on line 4"
    assert second.expected == f"{values[0]} as for the same invoice on line 2"


def test_read__takes_one_number_of_two_sellers(read):
    found = read(csv_text(GOOD, GOOD | {"seller_uscc": OTHER}))

    assert len(found.rows) == 2
    assert found.faults == ()


def test_read__warns_of_a_second_name_and_keeps_the_first(read):
    found = read(csv_text(GOOD, GOOD | {"invoice_no": "A1", "seller_name": "Renamed"}))

    assert len(found.rows) == 2
    assert found.parties[SELLER] == "Supplier 供应商"
    (warning,) = found.warnings
    assert (warning.line, warning.field, warning.value) == (3, "seller_name", "Renamed")
    assert "line 2" in warning.expected


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (b"", {}, "a line of column names"),
        (b"\n\n", {}, "a line of column names"),
        (csv_text(), {}, "at least one line of an invoice"),
        (b'"open\n', {}, "closed quotes"),
        (csv_text(GOOD).encode("gb18030"), {}, "text in utf-8-sig; perhaps it is gb18030"),
        (b"\xff\xff\xff", {"encoding": "gb18030"}, "perhaps it is utf-8-sig"),
        (csv_text(GOOD), {"encoding": "latin-1"}, "utf-8-sig or gb18030"),
        (csv_text(GOOD), {"delimiter": "|"}, "a comma, a semicolon or a tab"),
        (csv_text(GOOD), {"date_format": "%Y"}, "year, month and day once each"),
        (csv_text(GOOD).replace("amount", "amuont"), {}, "is 'amuont' meant for 'amount'"),
        (csv_text(GOOD).replace("due_day,amount", "x,y"), {}, "the columns due_day, amount too"),
        (csv_text(GOOD).replace("settled_day", "setled_day"), {}, "did you mean 'settled_day'"),
        (csv_text(GOOD).replace("delivery_day", "Amount"), {}, "each column once"),
        (csv_text(GOOD, delimiter=";"), {}, "the columns seller_name, seller_uscc"),
        (csv_text(GOOD), {"column_map": {"Amuont": "amount"}}, "did you mean 'amount'"),
    ],
)
def test_read__refuses_the_file_as_a_whole(read, content, options, says):
    with pytest.raises(UsageError) as caught:
        read(content, **options)

    assert says in str(caught.value)


def test_read__refuses_missing_files_and_directories(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError, match="a readable file"):
            read_invoices(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "theirs=ours"),
        ("a", "theirs=ours"),
        ("=amount", "theirs=ours"),
        ("a=", "theirs=ours"),
        ("a=amuont", "did you mean 'amount'"),
        ("a=amount,a=due_day", "each name once"),
        ("a=amount,b=amount", "each name once"),
    ],
)
def test_column_map__refuses_what_is_no_map(text, says):
    with pytest.raises(UsageError) as caught:
        parse_column_map(text)

    assert caught.value.field == "map"
    assert says in caught.value.expected


def test_column_map__is_read_from_a_file(tmp_path):
    path = tmp_path / "map.txt"
    path.write_text("\ufeff# their ERP\n\nTotal, gross = amount\r\na=b=due_day\n", encoding="utf-8")

    assert load_column_map(path) == {"Total, gross": "amount", "a=b": "due_day"}


def test_column_map__refuses_unreadable_files(tmp_path):
    path = tmp_path / "map.txt"
    path.write_bytes(b"\xff=amount")

    with pytest.raises(UsageError, match="UTF-8 text"):
        load_column_map(path)
    with pytest.raises(UsageError, match="a readable file"):
        load_column_map(tmp_path / "none.txt")


@given(
    st.lists(
        st.tuples(st.integers(1, 10**18 - 1), st.integers(0, 3000), st.integers(0, 180)),
        min_size=1,
        max_size=30,
    )
)
def test_read__gives_back_what_was_written(tmp_path_factory, invoices):
    path = tmp_path_factory.mktemp("files") / "invoices.csv"
    days = [dt.date(2022, 1, 1) + dt.timedelta(days=offset) for _, offset, _ in invoices]
    rows = [
        GOOD
        | {
            "invoice_no": f"INV-{number}",
            "issue_day": day.isoformat(),
            "due_day": (day + dt.timedelta(days=term)).isoformat(),
            "settled_day": "",
            "amount": f"{amount // 100:,}.{amount % 100:02d}",
        }
        for number, ((amount, _, term), day) in enumerate(zip(invoices, days, strict=True))
    ]
    path.write_text(csv_text(*rows), encoding="utf-8")

    found = read_invoices(path)

    assert found.faults == ()
    assert [row.amount for row in found.rows] == [amount for amount, _, _ in invoices]
    assert [row.issue_day for row in found.rows] == days
    assert len({row.fingerprint for row in found.rows}) == len(invoices)


@given(st.binary(max_size=400))
def test_read__never_fails_in_another_way(tmp_path_factory, noise):
    path = tmp_path_factory.mktemp("noise") / "invoices.csv"
    path.write_bytes(csv_text(GOOD).encode() + noise)

    try:
        found = read_invoices(path)
    except UsageError:
        return

    assert len(found.rows) <= 1
