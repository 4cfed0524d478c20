"""The parts that reports are made of keep a page whole, whatever text is put into them."""

import numpy as np
import pytest

from training.reports import html

HOSTILE = '</title></td><script>alert("1")</script>\'&'
GREY = np.zeros((28, 28, 1), dtype=np.uint8)


@pytest.mark.parametrize(
    "made",
    [
        html.page(HOSTILE, []),
        html.section(HOSTILE),
        html.paragraph(HOSTILE),
        html.table([HOSTILE], []),
        html.table(["a"], [[HOSTILE]]),
        html.thumbnail(GREY, HOSTILE),
    ],
    ids=["page", "section", "paragraph", "heading", "cell", "caption"],
)
def test_text_is_no_part_of_a_page(made):
    assert "<script" not in made
    assert 'alert("1")' not in made
    assert "alert(&#34;1&#34;)" in made


def test_a_part_that_is_plain_text_is_escaped_even_where_a_part_is_expected():
    text = "<b>bold</b>"

    page = html.page("A report", [html.section("Within", text), text])  # type: ignore[list-item,arg-type]

    assert page.count("&lt;b&gt;bold&lt;/b&gt;") == 2
    assert "<b>" not in page


def test_parts_are_put_as_they_are():
    page = html.page("A report", [html.section("Table", html.table(["a", "b"], [[1, "two"]]))])

    assert page.startswith('<!doctype html><html lang="en">')
    assert (
        "<section><h2>Table</h2><table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td>two</td></tr></tbody></table></section></body></html>\n"
    ) in page
