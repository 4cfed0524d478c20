"""The staff's page of duplicates, as a browser without JavaScript goes it."""

import re
from html import unescape

import pytest

from catalog.duplicates.tables import DuplicatePair
from catalog.jobs import LineKind, NewLine, add_lines
from catalog.stored import ProductRecord
from service.access.actor import at_the_machine
from service.duplicates.searching import find_new
from service.finding.browse import product_by_sku
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.stock.record import record_batch
from service.stockroom.bulk import Selection, change_many, deed_of
from service.web.app import create_app
from service.worker.doing import do
from tests.doors import access_of, member, send, sign_in
from tests.patterns import garment

PAGE = "/staff/duplicates"


@pytest.fixture
def access(shop, put):
    put("E", garment(1), garment(8), brand="Acme")
    put("F", garment(3))
    find_new(services=shop)
    return access_of(shop)


@pytest.fixture
def open_as(shop, access):
    """Sign in as somebody of this role."""
    app = create_app(shop, access)

    def open_as(role):
        member(role, role, access=access)
        client = app.test_client()
        sign_in(client, role)
        return client

    return open_as


def test_a_pair_is_shown_with_what_differs_and_why(open_as):
    page = open_as("editor").get(PAGE).text

    assert "1 of 2" in page
    assert "They show the very same picture." in page
    assert "They may be" not in page
    assert "1 picture and 1 fact come over" in page
    assert "Acme" in page


def test_the_other_variants_of_a_style_are_shown_beside_a_pair(open_as, put):
    put("B", garment(1), style="Robe", shop_colour="red")
    put("B-2", garment(9), style="Robe", shop_colour="blue")

    page = open_as("editor").get(f"{PAGE}?sku=B").text

    assert "variants of <bdi>Robe</bdi>" in page
    assert '<span class="help">blue</span>' in page


def test_two_styles_are_said_where_they_forbid_to_link(open_as, put):
    editor = open_as("editor")
    before = editor.get(f"{PAGE}?sku=E").text
    put("B", garment(1), style="Robe")
    put("E", garment(1), garment(8), style="Gown")

    page = editor.get(f"{PAGE}?sku=E").text

    assert 'name="decision" value="link"' in before
    assert 'name="decision" value="link"' not in page
    assert "two styles, <bdi>Robe</bdi> and <bdi>Gown</bdi>" in page


def test_a_viewer_looks_and_decides_nothing(open_as):
    viewer = open_as("viewer")

    page = viewer.get(PAGE)

    assert page.status_code == 200
    assert 'value="dismiss"' not in page.text
    assert viewer.post(f"{PAGE}/1", data={"decision": "dismiss"}).status_code == 403


def test_the_next_comes_by_itself_and_the_last_is_undone(open_as, shop):
    editor = open_as("editor")

    first = send(editor, PAGE, f"{PAGE}/1", decision="merge", stays="B")
    then = editor.get(first.location).text
    undone = send(editor, first.location, f"{PAGE}/undo", change=first.location.split("done=")[1])

    assert first.status_code == 303
    assert "&#39;E&#39; merged into &#39;B&#39;" in then
    assert "1 of 1" in then
    assert product_by_sku("E", services=shop).title == "Product E"
    after = editor.get(undone.location).text
    assert "1 of 2" in after
    assert ('data-key="u"' in then, 'data-key="u"' in after) == (True, False)
    assert "Redo</button>" in after  # a second `u` does not take back what the first has done


def test_two_pairs_lead_to_one_another_with_the_undo(open_as, shop, put):
    put("G", garment(5))
    put("H", garment(5))
    find_new(services=shop)
    editor = open_as("editor")
    first = send(editor, PAGE, f"{PAGE}/1", decision="dismiss")

    page = editor.get(first.location).text

    [after] = re.findall(r'href="([^"]+)" data-key="ArrowRight"', page)
    assert 'data-key="u"' in editor.get(unescape(after)).text


def test_what_was_kept_apart_is_a_decision_that_is_taken_back_and_no_product(open_as):
    editor = open_as("editor")
    first = send(editor, PAGE, f"{PAGE}/1", decision="dismiss")
    change = f"/staff/changes/{first.location.split('done=')[1]}"

    undone = send(editor, change, f"{change}/undo")

    assert "1 decision taken back" in undone.text


@pytest.mark.parametrize(
    ("kind", "score", "price", "key"),
    [
        ("same_picture", 1 - 39 / 256, 1990, "none"),
        ("same_picture", 1 - 39 / 256, None, "1 Enter"),
        ("same_picture", 1 - 12 / 256, 1990, "1 Enter"),
        ("same_product", 0.97, 1990, "none"),
    ],
)
def test_enter_merges_nothing_of_which_both_the_price_and_the_hash_differ(
    open_as, shop, kind, score, price, key
):
    record_batch([ProductRecord("E", {"price_cents": price})], services=shop)
    with shop.database.writing() as session:
        pair = session.get(DuplicatePair, 1)
        pair.kind, pair.score = kind, score

    page = open_as("editor").get(f"{PAGE}?sku=E").text

    found = re.findall(r'data-key="(\d Enter)"', page)
    assert (found or ["none"]) == [key]
    assert ("Their prices differ, too" in page) == (key == "none")


def test_a_change_of_the_stock_is_not_undone_among_duplicates(open_as, shop):
    editor = open_as("editor")
    with shop.database.reading() as session:
        ids = Selection(("A", "B")).ids(session, shop)
    change = change_many(ids, deed_of("brand", "Acme"), by=at_the_machine(), services=shop).number

    refused = send(editor, PAGE, f"{PAGE}/undo", change=str(change))

    assert refused.status_code == 404
    assert "No decision on duplicates" in refused.text
    assert "Acme" in editor.get("/products/A").text


def test_who_comes_second_is_told_and_shown_the_next(open_as):
    editor = open_as("editor")
    send(editor, PAGE, f"{PAGE}/1", decision="dismiss")

    late = send(editor, PAGE, f"{PAGE}/1", decision="dismiss")

    assert late.status_code == 409
    assert "dismissed already, by editor" in late.text
    assert "1 of 1" in late.text


def test_many_are_looked_at_before_they_are_decided(open_as, shop):
    editor = open_as("editor")

    look = send(editor, PAGE, f"{PAGE}/preview", decision="merge", kind="same_picture")
    other = send(editor, PAGE, f"{PAGE}/many", decision="merge", expected="7")
    seen = re.search(r'name="expected" value="([0-9a-f]+)"', look.text)[1]
    done = send(editor, PAGE, f"{PAGE}/many", decision="merge", kind="same_picture", expected=seen)

    assert "<strong>2 products</strong> withdrawn" in look.text
    shown = look.text.split("The least sure of them")[1].split("</ul>")[0]
    assert re.findall("<bdi>([A-Z])</bdi><bdi>([A-Z])</bdi>", shown) == [("B", "E"), ("D", "F")]
    assert other.status_code == 412
    then = editor.get(done.location).text
    assert "2 pairs decided." in then
    assert "2 pairs of possible duplicates: merged" in then
    assert 'data-key="u"' in then
    assert "Nothing waits here" in then


def test_the_pairs_of_what_a_job_brought_are_looked_at_and_decided_alone(open_as, shop):
    job = keeping.create("import", {}, by=at_the_machine(), services=shop)
    with shop.database.writing() as session:
        add_lines(session, job.number, [NewLine(LineKind.BROUGHT, 2, "F", "")])
    editor = open_as("editor")
    here = f"{PAGE}?job={job.number}"

    page = editor.get(here).text
    [number] = re.findall(rf'action="{PAGE}/(\d+)"', page.split("Link as variants")[0])[:1]
    look = send(editor, PAGE, f"{PAGE}/preview", decision="dismiss", job=str(job.number))
    decided = send(
        editor, here, f"{PAGE}/{number}", decision="dismiss", job=str(job.number)
    ).location
    then = editor.get(decided).text

    assert "1 of 1" in page
    assert "<bdi>F</bdi>" in page
    assert "<bdi>E</bdi>" not in page
    assert f'name="job" value="{job.number}"' in page
    assert "<strong>1 pair</strong> dismissed" in look.text
    assert f'name="job" value="{job.number}"' in look.text
    assert f"job={job.number}" in decided
    assert "Nothing waits here" in then
    assert "1 of 1" in editor.get(PAGE).text


def test_who_decides_many_of_which_none_can_be_is_told_so(open_as, put):
    put("B", garment(1), style="one")
    put("E", garment(1), garment(8), style="two")
    editor = open_as("editor")
    asked = {"decision": "link", "sku": "B"}

    look = send(editor, PAGE, f"{PAGE}/preview", **asked)
    with_digest = asked | {"expected": digest_of_pairs(editor)}
    done = send(editor, PAGE, f"{PAGE}/many", **with_digest)

    assert "are of two styles already" in look.text
    then = editor.get(done.location).text
    assert "0 pairs decided. 1 pair could not be, and waits here still." in then


def digest_of_pairs(editor):
    """Look at the pairs of B by a decision that they can have."""
    look = send(editor, PAGE, f"{PAGE}/preview", decision="dismiss", sku="B")
    return re.search(r'name="expected" value="([0-9a-f]+)"', look.text)[1]


def test_more_than_one_waits_for_become_a_job_and_so_does_their_undo(open_as, shop, monkeypatch):
    monkeypatch.setattr("service.jobs.kinds.deciding_pairs.AT_ONCE", 1)
    monkeypatch.setattr("service.duplicates.undoing._MOST_PRODUCTS", 1)
    editor = open_as("editor")
    look = send(editor, PAGE, f"{PAGE}/preview", decision="merge")
    seen = re.search(r'name="expected" value="([0-9a-f]+)"', look.text)[1]

    asked = send(editor, PAGE, f"{PAGE}/many", decision="merge", expected=seen)
    waits = editor.get(asked.location).text
    do(*claim("me", services=shop), kinds=KINDS, services=shop)
    done = editor.get(asked.location).text
    undo = send(editor, PAGE, f"{PAGE}/undo", change="1")
    do(*claim("me", services=shop), kinds=KINDS, services=shop)

    assert "2 pairs to be merged" in waits
    assert 'href="/staff/changes/1"' in done
    assert "/staff/jobs/2" in undo.location
    assert "1 of 2" in editor.get(PAGE).text


@pytest.mark.parametrize("query", ["?skip=99", "?kind=x", "?sku=%00", "?skip=-1&done=x", "?done=5"])
def test_an_address_that_means_nothing_shows_what_there_is(open_as, query):
    assert open_as("editor").get(PAGE + query).status_code == 200


def test_pictures_that_were_not_compared_are_compared_as_a_job(open_as, put):
    put("G", garment(2))
    editor = open_as("editor")

    page = editor.get(PAGE).text
    job = send(editor, PAGE, f"{PAGE}/look")

    assert "1 picture was not compared yet" in page
    assert "/staff/jobs/" in job.location
