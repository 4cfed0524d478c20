"""What schemathesis loads: real pictures for fields of bytes, as random ones never are any."""

import schemathesis
from hypothesis import strategies as st

from tests.fakes import plain_picture

PICTURES = [plain_picture((250, 20, 20), side) for side in (1, 28, 64)]

schemathesis.openapi.format("binary", st.sampled_from(PICTURES))
