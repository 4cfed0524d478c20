"""Imports whose pictures lie at addresses, of a real server."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest

from catalog.filters import Filters
from service.errors import BadSetting
from service.fetching.clocks import SharedClocks
from service.fetching.limits import connections_at
from service.finding.browse import product_by_sku, products_page
from service.importing import SourceOptions, import_source
from service.stock.changing import remove_products
from service.upkeep.verify import verify
from service.wiring import build_services
from tests import picture_server as plays
from tests.fakes import MeanColourEncoder, plain_picture
from tests.tiny_bundle import make_bundle
from tests.waiting import until

RED, GREEN, BLUE = (plain_picture(c) for c in ((220, 20, 20), (20, 200, 20), (20, 20, 210)))


@pytest.fixture
def server():
    with plays.picture_server() as server:
        for name, data in (("red", RED), ("green", GREEN), ("blue", BLUE)):
            server.answers[f"/{name}.png"] = plays.tagged(data, f'"{name}"')
        yield server


@pytest.fixture
def services(settings, server):
    """A shop that may fetch from this server and from no other."""
    allowed = replace(settings, fetch_private=f"127.0.0.1:{server.port}", fetch_rate=1000)
    built = build_services(allowed, MeanColourEncoder())
    yield built
    built.close()


@pytest.fixture
def table(tmp_path, server):
    """Give a function that writes a table: SKU and paths of pictures with `|` between them."""

    def write(*rows):
        path = tmp_path / "stock.csv"
        lines = [
            f"{sku},{sku},{'|'.join(map(server.address, photos.split('|')))}"
            for sku, photos in (row.split(" ") for row in rows)
        ]
        path.write_text("\n".join(("sku,title,photo", *lines)) + "\n", encoding="utf-8")
        return path

    return write


def counts(report):
    return report.added, report.updated, report.unchanged, len(report.failed)


def skus(services):
    return sorted(c.sku for c in products_page(Filters(), 1, 1000, services=services).products)


def test_pictures_come_from_their_addresses(services, server, table):
    path = table("A /red.png|/blue.png", "B /green.png")

    report = import_source(path, services=services)

    assert counts(report) == (2, 0, 0, 0)
    assert len(product_by_sku("A", services=services).photos) == 2
    assert product_by_sku("B", services=services).category == "green"
    assert verify(services=services).problems == ()
    assert not list(services.settings.fetched.iterdir())


def test_a_picture_of_many_rows_is_asked_for_once(services, server, table):
    report = import_source(
        table(*(f"A-{n} /red.png|/blue.png" for n in range(30))), services=services
    )

    assert counts(report) == (30, 0, 0, 0)
    assert sorted(server.asked) == ["/blue.png", "/red.png"]


def test_a_second_import_has_nothing_sent_again(services, server, table):
    path = table("A /red.png|/blue.png", "B /green.png")
    import_source(path, services=services)
    asked = len(server.asked)

    report = import_source(path, services=services)

    assert counts(report) == (0, 0, 2, 0)
    tags = [told.get("if-none-match") for told in server.headers[asked:]]
    assert sorted(tags) == ['"blue"', '"green"', '"red"']


def test_an_import_waits_where_others_of_the_shop_were_told_to_wait(services, server, table):
    path = table("A /red.png")
    began = time.monotonic()
    with closing(SharedClocks(services.settings.host_clocks)) as others:
        others.slow_down(f"127.0.0.1:{server.port}", began, 1.0)

    import_source(path, services=services)

    assert server.at[0] - began > 0.9


def test_a_picture_that_has_changed_is_read_anew(services, server, table):
    path = table("A /red.png")
    import_source(path, services=services)
    server.answers["/red.png"] = plays.tagged(GREEN, '"2"')

    report = import_source(path, services=services)

    assert counts(report) == (0, 1, 0, 0)
    assert product_by_sku("A", services=services).category == "green"


def test_what_was_removed_meanwhile_is_had_again(services, server, table):
    path = table("A /red.png")
    import_source(path, services=services)
    remove_products(["A"], services=services)

    report = import_source(path, services=services)

    assert counts(report) == (1, 0, 0, 0)
    assert server.headers[-1].get("if-none-match") is None


def test_what_cannot_be_had_is_told_with_its_row_and_the_others_go_in(services, server, table):
    server.answers["/page.jpg"] = plays.body(b"<html><body>Not found</body></html>")
    path = table("A /red.png", "B /gone.png", "C /page.jpg|/red.png", "D /green.png")

    report = import_source(path, services=services)

    assert counts(report) == (2, 0, 0, 2)
    assert skus(services) == ["A", "D"]
    [gone, page] = report.failed
    reason = f"the picture at '{server.address('/gone.png')}' cannot be had: "
    assert (gone.line, gone.reason) == (3, reason + "the server answers 404 Not Found")
    assert page.line == 4
    assert f"the picture '{server.address('/page.jpg')}': " in page.reason


def test_of_a_row_that_cannot_go_in_nothing_is_fetched(services, server, tmp_path):
    path = tmp_path / "stock.csv"
    path.write_text(f"sku,title,price,photo\nA,A,cheap,{server.address('/red.png')}\n")

    report = import_source(path, services=services)

    assert "price" in report.failed[0].reason
    assert "address" not in report.failed[0].reason
    assert server.asked == []


def test_files_beside_the_table_go_before_addresses(services, server, table, tmp_path):
    (tmp_path / "red.png").write_bytes(GREEN)

    import_source(table("A /red.png"), services=services)

    assert product_by_sku("A", services=services).category == "green"
    assert server.asked == []


def test_a_dry_run_fetches_nothing_and_says_so(services, server, table):
    import_source(table("A /red.png"), services=services)
    asked = len(server.asked)
    elsewhere = "http://10.0.0.1/x.png"
    path = table("A /red.png", "B /green.png", "C /blue.png")
    path.write_text(path.read_text().replace(server.address("/blue.png"), elsewhere))

    report = import_source(path, services=services, dry_run=True)

    assert counts(report) == (1, 0, 1, 1)
    assert "not among the hosts" in report.failed[0].reason
    assert [n.note.split(":")[0] for n in report.notes if n.line == 0] == [
        "2 pictures are at addresses and not fetched by a dry run",
        "1 new product came without a stock",
    ]
    assert len(server.asked) == asked


def test_without_a_setting_nothing_is_fetched(settings, server, table):
    services = build_services(settings, MeanColourEncoder())

    report = import_source(table("A /red.png"), services=services)
    services.close()

    assert "by LOOKALIKE_FETCH_HOSTS or --fetch-pictures" in report.failed[0].reason
    assert server.asked == []


def test_an_option_allows_public_hosts_and_no_private_one(settings, server, table):
    services = build_services(settings, MeanColourEncoder())
    options = SourceOptions(fetch_hosts=("*", f"*:{server.port}"))

    report = import_source(table("A /red.png"), services=services, options=options)
    with pytest.raises(BadSetting, match="--fetch-pictures lists hosts"):
        import_source(
            table("A /red.png"), services=services, options=SourceOptions(fetch_hosts=("a/b",))
        )
    services.close()

    assert "'127.0.0.1' is at no public address" in report.failed[0].reason
    assert server.asked == []


def test_two_imports_of_one_file_do_not_disturb_each_other(services, server, table):
    path = table("A /red.png", "B /green.png")
    inner = []

    def again(_done, _total):
        if not inner:
            inner.append(None)
            inner[0] = import_source(path, services=services)

    outer = import_source(path, services=services, progress=again)

    assert inner[0].failed == outer.failed == ()
    assert skus(services) == ["A", "B"]
    assert not list(services.settings.fetched.iterdir())


def test_whoever_waits_for_a_slow_server_may_interrupt(services, server, table):
    server.answers["/slow.png"] = plays.silent()

    def interrupt(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_source(table("A /slow.png"), services=services, progress=interrupt)


IMPORTER = """
import json, sys
from pathlib import Path
from service.importing import import_source
from service.settings.environment import read_settings
from service.wiring import build_services
report = import_source(Path(sys.argv[1]), services=build_services(read_settings()))
print(json.dumps([report.added, report.updated, report.unchanged, len(report.failed)]))
"""
PICTURES = 300  # more than are recorded at a time


def test_a_killed_import_asks_for_nothing_again_that_it_had(server, table, settings, tmp_path):
    pictures = [plain_picture((n % 250, n // 250 * 50, 99)) for n in range(PICTURES)]
    for n, data in enumerate(pictures):
        server.answers[f"/{n}.png"] = plays.body(data)
    path = table(*(f"P-{n} /{n}.png" for n in range(PICTURES)))
    make_bundle(tmp_path / "bundle")
    environment = os.environ | {
        "LOOKALIKE_HOME": str(settings.home),
        "LOOKALIKE_BUNDLE": str(tmp_path / "bundle"),
        "LOOKALIKE_FETCH_PRIVATE": f"127.0.0.1:{server.port}",
        "LOOKALIKE_FETCH_RATE": "400",
    }

    def start():
        command = [sys.executable, "-c", IMPORTER, str(path)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    for asked in (60, 285):
        with start() as process:
            until(partial(server.has_been_asked, asked))
            process.send_signal(signal.SIGKILL)
    with start() as process:
        assert process.stdout is not None
        added, updated, unchanged, failed = json.loads(process.stdout.read())

    at_most_on_the_way = connections_at(400)
    assert added + unchanged == PICTURES
    assert (updated, failed) == (0, 0)
    assert len(set(server.asked)) == PICTURES
    assert len(server.asked) <= PICTURES + 2 * at_most_on_the_way
    with closing(
        build_services(replace(settings, bundle=environment["LOOKALIKE_BUNDLE"]))
    ) as services:
        assert verify(services=services).problems == ()
