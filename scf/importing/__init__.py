"""Reading invoices from the files of other systems. Pure: nothing here speaks to a chain."""

from scf.importing.columns import load_column_map, parse_column_map
from scf.importing.reader import ImportFile, read_invoices
from scf.importing.rows import InvoiceRow

__all__ = [
    "ImportFile",
    "InvoiceRow",
    "load_column_map",
    "parse_column_map",
    "read_invoices",
]
