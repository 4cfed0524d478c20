import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.tables import escape_cell, unescape_cell

BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
nearly_formulas = st.text(alphabet=["'", "a", "b", *BEGIN_FORMULAS], max_size=8)


@given(st.text() | nearly_formulas)
def test_escaping_is_undone_whatever_the_text(text):
    assert unescape_cell(escape_cell(text)) == text


@given(st.text() | nearly_formulas)
def test_no_escaped_cell_begins_as_a_formula_does(text):
    assert not escape_cell(text).startswith(BEGIN_FORMULAS)


@pytest.mark.parametrize("text", ["Dress", "", "it's", "'tis", "a=b", "19.90"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert escape_cell(text) == text
