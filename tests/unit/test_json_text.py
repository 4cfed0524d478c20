"""JSON of texts that were in no known encoding."""

import json

from service.json_text import as_bytes


def test_what_is_undecoded_is_shown_wherever_it_stands():
    told = as_bytes({"a": ["Gr\udcfcn", {"\udcff": "ok"}], "n": 1})

    assert json.loads(told) == {"a": ["Gr\ufffdn", {"\ufffd": "ok"}], "n": 1}
