"""Bulk work over HTTP: sent, followed, steered, and its errors and results fetched."""

import csv
import io
import sys
from dataclasses import replace
from zipfile import ZipFile

import pytest

from catalog.access.terms import Role
from catalog.jobs import LineKind
from service.access.actor import at_the_machine
from service.finding.browse import product_by_sku
from service.importing.maps import keep, renaming_of
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.web.app import create_app
from service.worker.doing import do
from tests.doors import member, sign_in
from tests.fakes import plain_picture
from tests.integration.web.writer import Writer

TABLE = (
    "sku,title,photo,price\n"
    "N-1,A coat,a.png,9.90\n"
    "N-2,=HYPERLINK(1),b.png,cheap\n"
    "N-3,A hat,missing.png,1.00\n"
)


def archive(table=TABLE):
    file = io.BytesIO()
    with ZipFile(file, "w") as written:
        written.writestr("stock.csv", table)
        for number, name in enumerate("ab"):
            written.writestr(f"{name}.png", plain_picture((200, 30 * number, 30), side=32))
    return file.getvalue()


SENT = archive()  # made once: a ZIP knows the time


def send(writer, path="/api/v1/imports", data=None, name="stock.zip", key=None, **fields):
    return writer.client.post(
        path,
        data={"file": (io.BytesIO(SENT if data is None else data), name), **fields},
        headers=writer.headers | ({} if key is None else {"Idempotency-Key": key}),
    )


def get(writer, path):
    return writer.client.get(path, headers=writer.headers)


def work(services):
    claimed = claim("me", services=services)
    assert claimed is not None
    do(*claimed, kinds=KINDS, services=services)


def test_a_file_is_sent_imported_and_followed(writer, services):
    sent = send(writer)

    work(services)

    told = sent.get_json()
    assert (sent.status_code, told["state"], told["kind"]) == (202, "queued", "import")
    assert sent.headers["Location"] == f"/api/v1/jobs/{told['id']}"
    done = get(writer, sent.headers["Location"]).get_json()
    assert (done["state"], done["done"], done["total"], done["errors"]) == ("done", 3, 3, 2)
    assert (done["counts"]["added"], done["counts"]["refused"]) == (1, 2)
    assert writer.client.get("/api/v1/products/N-1").status_code == 200
    errors = get(writer, f"/api/v1/jobs/{told['id']}/errors.csv")
    assert errors.mimetype == "text/csv"
    assert errors.data.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(1)" in errors.text
    assert "missing.png" in errors.text


def test_names_of_columns_are_no_formulas_in_what_was_refused_and_read_as_they_were(
    writer, services
):
    lines = zip(TABLE.splitlines(), ("=HYPERLINK(2)", "", "=2", "c"), strict=True)
    table = "".join(f"{line},{cell}\n" for line, cell in lines)

    errors = refused(writer, services, archive(table))
    again = refused(writer, services, errors, name="mended.csv")

    header, *rows = csv.reader(errors.decode("utf-8-sig").splitlines())
    assert header[3:] == ["title", "photo", "price", "'=hyperlink(2)"]
    assert [row[-1] for row in rows] == ["'=2", "c"]
    assert again.splitlines()[0] == errors.splitlines()[0]


def refused(writer, services, data, name="stock.zip"):
    told = send(writer, data=data, name=name).get_json()
    work(services)
    return get(writer, f"/api/v1/jobs/{told['id']}/errors.csv").data


def test_nothing_of_what_was_sent_is_left_once_it_is_done(writer, services):
    send(writer)
    work(services)

    home = services.settings.home
    assert [*(home / "jobs").iterdir(), *(home / "uploads").iterdir()] == []


def test_a_dry_run_says_what_would_be(writer, services):
    told = send(writer, dry_run="true").get_json()

    work(services)

    done = get(writer, f"/api/v1/jobs/{told['id']}").get_json()
    assert done["message"] == "3 read: 1 would be added, 0 would be updated, 0 unchanged, 2 refused"
    assert writer.client.get("/api/v1/products/N-1").status_code == 404


def test_columns_are_mapped_on_the_way(writer, services):
    table = TABLE.replace("sku,title", "Artikel,Name")

    send(writer, data=archive(table), map=["Artikel=sku", "Name=title"])
    work(services)

    assert writer.client.get("/api/v1/products/N-1").status_code == 200


def test_a_table_that_names_no_sku_is_read_by_the_columns_that_the_shop_remembers(writer, services):
    table = TABLE.replace("sku,title", "Artikel,Name")
    said = renaming_of(["Artikel=sku", "Name=title"], None, services=services)
    keep(said, "nord", services=services, by=at_the_machine())

    sent = send(writer, data=archive(table)).get_json()
    work(services)

    notes = keeping.lines(sent["id"], LineKind.NOTE, services=services)
    assert "its columns were read as they are remembered under 'nord'" in [n.message for n in notes]
    assert writer.client.get("/api/v1/products/N-1").status_code == 200


def test_what_a_word_for_categories_means_is_said_with_the_file(writer, services):
    table = TABLE.replace("price", "category").replace("9.90", "Rots")

    bad = send(writer, data=archive(table), category="Rots")
    send(writer, data=archive(table), category=["Rots=red", "Caps=Caps"])
    work(services)

    assert (bad.status_code, "'Word=Category'" in bad.get_json()["detail"]) == (422, True)
    assert product_by_sku("N-1", services=services).category == "red"


def test_pictures_are_tagged_and_the_table_is_fetched(writer, services):
    told = send(writer, "/api/v1/tags", format="jsonl").get_json()

    before = get(writer, f"/api/v1/jobs/{told['id']}/result")
    work(services)

    assert before.status_code == 404
    done = get(writer, f"/api/v1/jobs/{told['id']}").get_json()
    assert (done["state"], done["counts"]["tagged"], done["has_result"]) == ("done", 2, True)
    with get(writer, f"/api/v1/jobs/{told['id']}/result") as result:
        assert result.status_code == 200
        assert "attachment" in result.headers["Content-Disposition"]
        assert len(result.data.splitlines()) == 2


def test_jobs_are_listed_the_newest_first_page_by_page(writer):
    numbers = [send(writer).get_json()["id"] for _ in range(3)]

    first = get(writer, "/api/v1/jobs?per_page=2").get_json()
    second = get(writer, f"/api/v1/jobs?per_page=2&before={first['older']}").get_json()
    none = get(writer, "/api/v1/jobs?state=done&state=failed").get_json()

    assert [each["id"] for each in first["jobs"]] == numbers[:0:-1]
    assert ([each["id"] for each in second["jobs"]], second["older"]) == (numbers[:1], None)
    assert none == {"jobs": [], "older": None}


def test_a_job_is_paused_resumed_and_cancelled(writer, services):
    at = f"/api/v1/jobs/{send(writer).get_json()['id']}"

    states = [
        writer.ask("POST", f"{at}/{act}").get_json()["state"]
        for act in ("pause", "pause", "resume", "cancel", "cancel")
    ]

    assert states == ["paused", "paused", "queued", "cancelled", "cancelled"]
    refused = writer.ask("POST", f"{at}/resume")
    assert (refused.status_code, refused.get_json()["detail"]) == (
        409,
        f"the job {at.rpartition('/')[2]} is cancelled, so it cannot be resumed",
    )
    assert claim("me", services=services) is None


def test_what_comes_again_under_a_key_is_the_job_that_it_was(writer, services):
    first = send(writer, key="a").get_json()
    work(services)

    again = send(writer, key="a")
    other = send(writer, key="b").get_json()

    assert (again.status_code, again.get_json()["id"]) == (202, first["id"])
    assert again.get_json()["state"] == "done"
    assert other["id"] != first["id"]
    assert len(list((services.settings.home / "jobs").iterdir())) == 1  # that of the other


@pytest.mark.parametrize(
    "changed", [{"data": archive(TABLE.replace("9.90", "9.91"))}, {"dry_run": "true"}]
)
def test_a_key_with_another_file_or_another_wish_is_refused(changed, writer):
    send(writer, key="a")

    answer = send(writer, key="a", **changed)

    assert answer.status_code == 422
    assert "came with another body before" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("path", "fields", "reason"),
    [
        ("/api/v1/imports", {"dryrun": "true"}, "dryrun"),
        ("/api/v1/imports", {"dry_run": "perhaps"}, "dry_run"),
        ("/api/v1/imports", {"currency": "euro"}, "currency"),
        ("/api/v1/imports", {"sku_from": "moon"}, "sku_from"),
        ("/api/v1/imports", {"fetch_hosts": "*.example"}, "fetch_hosts"),
        ("/api/v1/imports", {"map": "Artikel=moon"}, "is no column of ours"),
        ("/api/v1/imports", {"map_from": "unknown"}, "there is no map 'unknown'"),
        ("/api/v1/tags", {"format": "pdf"}, "format"),
    ],
)
def test_a_wish_that_breaks_a_rule_is_refused_and_nothing_is_kept(
    path, fields, reason, writer, services
):
    answer = send(writer, path, **fields)

    assert answer.status_code == 422
    assert reason in answer.get_json()["detail"]
    assert get(writer, "/api/v1/jobs").get_json()["jobs"] == []
    home = services.settings.home
    left = [path for name in ("jobs", "uploads") for path in (home / name).glob("*")]
    assert left == []


def test_a_table_that_the_server_cannot_write_is_refused_before_pictures_are_read(
    writer, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as where it is not installed

    answer = send(writer, "/api/v1/tags", format="parquet")

    assert answer.status_code == 422
    assert "Parquet needs the package pyarrow" in answer.get_json()["detail"]
    assert get(writer, "/api/v1/jobs").get_json()["jobs"] == []


def test_a_form_without_a_file_is_refused(writer):
    answer = writer.client.post(
        "/api/v1/imports", data={"dry_run": "true"}, headers=writer.headers,
        content_type="multipart/form-data",
    )  # fmt: skip

    assert answer.status_code == 422


@pytest.mark.parametrize("number", [0, 99, 2**63, 10**40])
@pytest.mark.parametrize("path", ["", "/errors.csv", "/result"])
def test_a_job_that_there_is_not_is_told(path, number, writer):
    answer = get(writer, f"/api/v1/jobs/{number}{path}")

    # A number that no row can have is part of no address.
    told = f"there is no job {number}" if number < 2**63 else "nothing is at this address"
    assert (answer.status_code, answer.get_json()["detail"]) == (404, told)


def test_who_only_looks_follows_jobs_and_begins_none(app, access, writer):
    number = send(writer).get_json()["id"]
    member("vera", Role.VIEWER.value, access=access)
    client = app.test_client()
    sign_in(client, "vera")

    assert client.get(f"/api/v1/jobs/{number}").status_code == 200
    assert client.post(f"/api/v1/jobs/{number}/cancel").status_code == 403
    assert app.test_client().get(f"/api/v1/jobs/{number}").status_code == 401


def test_a_key_that_only_writes_allows_no_host(writer, services):
    answer = send(writer, fetch_hosts=["pictures.example"])

    assert answer.status_code == 403
    assert "an admin allows hosts for one file here" in answer.get_json()["detail"]
    assert keeping.newest(5, services=services) == []


def test_a_program_allows_hosts_for_a_file_where_the_shop_lets_it(services, access):
    shop = replace(services, settings=replace(services.settings, fetch_allowed_by="editor"))
    writer = Writer(create_app(shop, access), access)

    answer = send(writer, fetch_hosts=["pictures.example", "CDN.example"])

    number = answer.get_json()["id"]
    hosts = keeping.get(number, services=services).parameters["fetch_hosts"]
    assert hosts == ["pictures.example", "cdn.example"]


def test_a_job_goes_beside_products_that_are_there(writer, services):
    send(writer)
    work(services)

    assert writer.client.get("/api/v1/products").get_json()["total"] == 31
