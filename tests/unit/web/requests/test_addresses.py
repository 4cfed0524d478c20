"""An SKU as a segment of an address."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import Map

from service.web.requests.addresses import SkuConverter, segment

READ = SkuConverter(Map())
SKUS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("/~.%2FE7"), min_size=1
)


@given(SKUS)
def test_any_sku_is_one_segment_and_comes_back(sku):
    written = segment(sku)

    assert "/" not in written
    assert written not in (".", "..")
    assert READ.to_python(unquote(written)) == sku


@given(SKUS)
def test_a_web_server_in_front_that_decodes_and_encodes_changes_nothing(sku):
    seen = unquote(segment(sku))

    assert "/" not in seen
    assert READ.to_python(seen) == sku


@pytest.mark.parametrize(
    ("sku", "written"),
    [
        ("D-100", "D-100"),
        ("a/similar", "a~2Fsimilar"),
        ("/lead", "~2Flead"),
        ("trail/", "trail~2F"),
        ("..", "~2E~2E"),
        ("a~b", "a~b"),
        ("a~2Fb", "a~7E2Fb"),
        (".hidden", ".hidden"),
        ("50%", "50%25"),
        ("Ä 1?#", "%C3%84%201%3F%23"),
    ],
)
def test_an_sku_is_written_as_plainly_as_can_be(sku, written):
    assert segment(sku) == written
