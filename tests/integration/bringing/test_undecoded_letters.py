"""A table whose letters are no UTF-8: nothing fails of it, and its letters can be chosen."""

import io
import re
from html import unescape
from zipfile import ZipFile

import pytest

from catalog.jobs import JobState
from service.importing import SourceOptions, import_source
from service.importing.report import write_errors
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.jobs.refused import refused_csv
from service.worker.doing import do
from tests.doors import send
from tests.fakes import plain_picture
from tests.integration.bringing.test_import_pages import PAGE, bring

GERMAN = "Artikelnummer;Bezeichnung;Größe;Bild\nA-1;Hemd weiß;M;1.png\nA-2;Hose grün;Über;2.png\n"
TABLES = {
    "a column": GERMAN,
    "the sku": "sku;title\nGrün-1;Hemd\n",
    "every cell": "sku;title;price;stock;category;url;photo;decided_by\n" + "ß;" * 7 + "ß\n",
    "an export": "Handle;Title;Variant SKU;Variant Price;Image Src;Vendor\n" + "ß;" * 5 + "ß\n",
    "cells under names that are not ours": "Artikel;Titel\nß;ü\n",
    "all there is": "ß\nü;ö\n",
    "a row that cannot be split": 'sku;title\n"ß;ü\n',
}


def zipped(table, encoding="cp1252"):
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("liste.csv", table.encode(encoding))
        for number in (1, 2):
            archive.writestr(f"{number}.png", plain_picture((90 * number, 9, 9), 40))
    return file.getvalue()


def form_of(page):
    """Give what the page's form would send as it stands, without its buttons."""
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    theirs = [unescape(value) for name, value in hidden if name == "theirs"]
    chosen = re.search(r'<select name="encoding".*?</select>', page, re.DOTALL)[0]
    encoding = re.search(r'value="([\w-]*)" selected', chosen)[1]
    return {
        "encoding_before": dict(hidden)["encoding_before"],
        "theirs": theirs,
        "encoding": encoding,
    }


@pytest.mark.parametrize("encoding", ["as it is proposed", ""])
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_a_table_with_undecoded_letters_is_shown_however_it_is_read(editor, table, encoding):
    address = bring(editor, "liste.csv", table.encode("cp1252")).location
    if not encoding:
        send(editor, address, address, **form_of(editor.get(address).text) | {"encoding": ""})

    answer = editor.get(address)

    assert answer.status_code == 200
    assert "\\ud" not in re.sub(r'value="[^"]*"', "", answer.text)
    assert "Excel in Western Europe" in answer.text


def test_the_letters_of_excel_are_proposed_where_a_column_has_a_name_that_is_no_utf_8(editor):
    page = editor.get(bring(editor, "l.zip", zipped(GERMAN)).location).text

    assert '<option value="cp1252" selected>' in page
    assert "The names of its columns are no UTF-8, so it is read in the letters of Excel" in page
    assert "grösse" in page
    assert "Hemd weiß" in page


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.encode(),
        GERMAN.encode() + b"A-3;\xff;;\n",
        GERMAN.encode().replace(b"Bild", b"B\xff"),
    ],
    ids=["UTF-8", "a damaged cell", "a damaged name beside others"],
)
def test_no_letters_are_proposed_where_most_of_a_table_is_utf_8(editor, data):
    page = editor.get(bring(editor, "liste.csv", data).location).text

    assert not re.search(r'<option value="cp1252" selected>', page)
    assert "grösse" in page


@pytest.mark.parametrize("first", ["", "cp1252"])
def test_what_is_said_of_columns_stays_when_other_letters_are_chosen(editor, first):
    address = bring(editor, "l.zip", zipped(GERMAN)).location
    ours = {"ours": ["sku", "title", "size", "photo"]}
    form = form_of(editor.get(address).text) | ours
    send(editor, address, address, **form | {"encoding": first})
    form = form_of(editor.get(address).text) | ours
    assert form["encoding_before"] == first

    send(editor, address, address, **form | {"encoding": "" if first else "cp1252"})

    page = editor.get(address).text
    chosen = re.findall(r'<option value="(\w+)" selected>', page.partition('"columns-title"')[2])
    assert chosen[:4] == ["sku", "title", "size", "photo"]
    assert "There is no column" not in page


def test_a_column_is_taken_though_its_name_is_undecoded_and_refused_rows_are_told(editor, services):
    table = "Artikelnummer;Bezeichnung;Größe;Bild;Weiß\nA-1;Hemd;M;1.png;ü\nÜ-2;Hose;L;2.png;ö\n"
    address = bring(editor, "l.zip", zipped(table)).location
    form = form_of(editor.get(address).text) | {"encoding": "", "save_map": "Süd"}
    send(editor, address, address, **form | {"ours": ["sku", "title", "size", "photo", ""]})
    form = form_of(editor.get(address).text)
    mapped = form | {"ours": ["sku", "title", "size", "photo", ""]}
    send(editor, address, address, **mapped, then="check")
    do(*claim("worker", services=services), kinds=KINDS, services=services, stops=lambda: False)

    [job] = keeping.newest(1, services=services)
    told = "".join(refused_csv(job.number, services=services))
    pages = [editor.get(page) for page in (f"/staff/jobs/{job.number}", PAGE, "/staff/jobs")]
    send(editor, PAGE, f"{PAGE}/maps/remove", name="Süd")

    assert job.state is JobState.DONE
    assert (job.counts["added"], job.counts["refused"]) == (1, 1)
    assert "the sku is not UTF-8" in told
    assert '"\ufffd-2"' in told
    assert '"wei\ufffd"' in told
    assert {page.status_code for page in pages} == {200}
    assert "gr\ufffd\ufffde → size" in pages[1].text
    assert not any("\\ud" in page.text for page in pages)


def test_the_refused_rows_of_a_command_can_be_written_and_keep_their_columns_apart(
    services, tmp_path
):
    (tmp_path / "t.csv").write_bytes("sku;title;ä;ö;ü1\nÄ-1;Ö;Ü;ä;ß\n".encode("cp1252"))

    report = import_source(tmp_path / "t.csv", services=services, options=SourceOptions())
    write_errors(report.failed, tmp_path / "errors.csv")

    columns, row = (tmp_path / "errors.csv").read_text("utf-8-sig").splitlines()
    assert len(set(columns.split(","))) == 7
    assert '"\ufffd1"' in columns
    assert row.endswith('"\ufffd-1","\ufffd","\ufffd","\ufffd","\ufffd"')
