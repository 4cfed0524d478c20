"""What is wished of a job is heeded within a step, not at its end; and nothing is lost by it."""

from zipfile import ZipFile

import pytest

from catalog.jobs import JobState
from service.access.actor import at_the_machine
from service.feeds import adding
from service.feeds.beginning import start_due
from service.jobs import keeping
from service.jobs.claiming import claim
from service.jobs.files import folder_of, new_folder
from service.jobs.kinds.changing_many import ask_to_undo
from service.jobs.kinds.known import KINDS
from service.stock.record import record_batch
from service.stockroom.bulk import WITHDRAW, Selection, change_many
from service.upkeep.verify import verify
from service.worker.doing import do
from tests.fakes import plain_picture
from tests.shop import product

ME = at_the_machine()
MANY = 40  # less than any kind of job deals with in one step
SKUS = [f"P-{number:02}" for number in range(MANY)]
FIRST = 12  # looks; each attempt is let go on for twice as many as the one before


def colour(number):
    return 6 * number, 120, 250 - 6 * number


def stock(services):
    """Put the products into the catalogue, with pictures that were never compared."""
    items = [product(services, sku, colour(number)) for number, sku in enumerate(SKUS)]
    record_batch(items, services=services)


def sent(services, kind, name, table=True, **told):
    """Ask for work on a ZIP of a picture of each product, that of every tenth broken."""
    folder = new_folder(services.settings)
    with ZipFile(folder_of(folder, services.settings) / name, "w") as file:
        for number, sku in enumerate(SKUS):
            data = b"no picture" if number % 10 == 9 else plain_picture(colour(number), 40)
            file.writestr(f"{sku}.png", data)
        if table:
            rows = [f"{sku},{sku},{sku}.png" for sku in SKUS]
            file.writestr("table.csv", "\n".join(["sku,title,photo", *rows]))
    told = {"file": name, **told}
    return keeping.create(kind, told, by=ME, services=services, folder=folder, title=name)


def an_import(services):
    return sent(services, "import", "stock.zip")


def a_check(services):
    return sent(services, "import", "stock.zip", dry_run=True)


def a_file_again(services):
    stock(services)
    return sent(services, "import", "stock.zip", as_person=True)


def a_feed(services):
    stock(services)
    path = services.settings.home / "feed.csv"
    path.write_text("\n".join(["sku,price", *(f"{sku},9.90" for sku in SKUS)]))
    adding.add(
        str(path),
        360,
        name="supplier",
        withdraws=True,
        ending=None,
        options={},
        by=ME,
        services=services,
    )
    [job] = start_due(services)
    return job


def tagging(services):
    return sent(services, "tag", "looks.zip", table=False, format="csv")


def a_look_at_everything(services):
    stock(services)
    return keeping.create("verify", {}, by=ME, services=services)


def a_repair(services):
    stock(services)
    with services.database.writing() as session:
        session.connection().exec_driver_sql("delete from reading")
    return keeping.create("verify", {"repair": True}, by=ME, services=services)


def comparing(services):
    stock(services)
    return keeping.create("duplicates", {}, by=ME, services=services)


def an_undo(services):
    stock(services)
    with services.database.reading() as session:
        ids = Selection(tuple(SKUS)).ids(session, services)
    gone = change_many(ids, WITHDRAW, by=ME, services=services)
    return ask_to_undo(gone.number, by=ME, services=services)


KINDS_OF_WORK = (
    an_import,
    a_check,
    a_file_again,
    a_feed,
    tagging,
    a_look_at_everything,
    a_repair,
    comparing,
    an_undo,
)


COUNTS = {
    an_import: {"added": 36, "refused": 4, "possible_duplicates": 146},
    a_check: {"added": 36, "refused": 4},
    a_file_again: {"updated": 36, "refused": 4, "possible_duplicates": 158},
    a_feed: {"updated": 40, "possible_duplicates": 158},
    tagging: {"tagged": 36, "failed": 4, "near_duplicates": 32},
    a_look_at_everything: {},
    a_repair: {},  # all of it was mended by attempts before the last
    comparing: {"photos": 40, "proposed": 158},
    an_undo: {"back": 40},
}


def counted(job):
    return {name: number for name, number in job.counts.items() if number}


def work(job, services, act=None, at=None):
    """Do the job; something is wished of it at a look. Gives it, and how often was looked."""
    looks = 0

    def looked():
        nonlocal looks
        looks += 1
        if looks == at:
            act(job.number, by=ME, services=services)
        return False

    do(*claim("me", services=services), kinds=KINDS, services=services, stops=looked, write_s=0)
    return keeping.get(job.number, services=services), looks


@pytest.mark.parametrize("ask", KINDS_OF_WORK)
def test_a_job_that_is_paused_at_ever_later_places_ends_as_one_that_was_not(ask, services):
    job = ask(services)
    pauses = []

    while True:
        at = FIRST * 2 ** len(pauses)
        now, looks = work(job, services, keeping.pause, at)
        if now.is_over:
            break
        assert (now.state, looks) == (JobState.PAUSED, at)  # it looked no more
        pauses.append(now.done)
        keeping.resume(job.number, by=ME, services=services)

    assert now.state is JobState.DONE
    assert len(pauses) >= 2
    assert counted(now) == COUNTS[ask]
    assert verify(services=services).problems == ()


@pytest.mark.parametrize("ask", KINDS_OF_WORK)
def test_a_job_that_is_cancelled_within_a_step_leaves_nothing_half_done(ask, services):
    job = ask(services)

    now, _ = work(job, services, keeping.cancel, 2 * FIRST)

    assert now.state is JobState.CANCELLED
    assert sum(now.counts.get(name, 0) for name in ("added", "updated", "unchanged")) < MANY
    if ask is not a_repair:
        assert verify(services=services).problems == ()
