"""What our tables are written with is read back: cells with breaks, quotes, tabs and formulas."""

import io

from hypothesis import given
from hypothesis import strategies as st

from embeddings.tables import escape_cell, open_table, shown
from service.tables.record_files import text_records

COLUMNS = {"sku": str, "title": str, "note": str}
cells = st.text(alphabet="ab\r\n\t\",;'=+-@| é\u2028\ufeff", max_size=12) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
)
records = st.lists(st.tuples(cells, cells, cells), max_size=6)


@given(records=records)
def test_every_cell_comes_back_as_it_was(records):
    file = io.StringIO(newline="")
    writer = text_records(file, "csv", COLUMNS)
    for record in records:
        writer.write(dict(zip(COLUMNS, record, strict=True)))

    with open_table(io.BytesIO(file.getvalue().encode()), ["sku"], COLUMNS) as table:
        rows = [tuple(map(shown, row.cells)) for row in table.rows]

    assert table.header.names == tuple(COLUMNS)
    written = [record for record in records if any(map(str.strip, map(escape_cell, record)))]
    assert rows == written
