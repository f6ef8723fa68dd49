"""What a result table is: columns, kinds, units, labels and who may see it, each declared once."""

from standby.tables.column import FEWEST_SHOWN, Column, Table
from standby.tables.declared import TABLES, check_declared, column_of, kind_of
from standby.tables.excel import excel_format
from standby.tables.json_schema import DIALECT, cell_schema, row_schema, table_schema
from standby.tables.rows import is_flag, pick, records
from standby.tables.written import written_from

__all__ = [
    "DIALECT",
    "FEWEST_SHOWN",
    "TABLES",
    "Column",
    "Table",
    "cell_schema",
    "check_declared",
    "column_of",
    "excel_format",
    "is_flag",
    "kind_of",
    "pick",
    "records",
    "row_schema",
    "table_schema",
    "written_from",
]
