"""What schemathesis loads: real pictures for fields of bytes, and lines of JSON for batches."""

import json

import schemathesis
from hypothesis import strategies as st

from tests.fakes import plain_picture

PICTURES = [plain_picture((250, 20, 20), side) for side in (1, 28, 64)]
LINES = st.lists(
    st.fixed_dictionaries(
        {"sku": st.text(max_size=8)},
        optional={"title": st.text(max_size=8), "price": st.floats(), "stock": st.integers()},
    )
)

schemathesis.openapi.format("binary", st.sampled_from(PICTURES))


def _as_lines(rows):
    return "\n".join(map(json.dumps, rows)).encode()


schemathesis.openapi.media_type("application/x-ndjson", LINES.map(_as_lines))
