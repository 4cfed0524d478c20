"""What the tests of feeds do over and over: offer a file, add its feed, have it read."""

from catalog.filters import Filters
from service.access.actor import at_the_machine
from service.feeds import adding, beginning
from service.finding.browse import products_page
from service.jobs.keeping import get
from service.worker.worker import Worker
from tests import picture_server as plays
from tests.fakes import plain_picture

ME = at_the_machine()
PICTURE = plain_picture((220, 20, 20))


def offer(server, *skus, etag=None, path="/feed.csv"):
    """Have the server's feed name these products."""
    red = server.address("/red.png")
    lines = ["sku,title,photo", *(f"{sku},{sku},{red}" for sku in skus)]
    data = ("\n".join(lines) + "\n").encode()
    server.answers[path] = plays.tagged(data, etag or f'"{len(skus)}"')


def add(services, address, *, name="supplier", withdraws=True):
    return adding.add(
        address,
        360,
        name=name,
        withdraws=withdraws,
        ending=None,
        options={},
        by=ME,
        services=services,
    )


def work(services):
    """Begin what is due, and do it."""
    started = beginning.start_due(services)
    Worker(services).run_until_idle()
    return [get(job.number, services=services) for job in started]


def read(services, name="supplier", *, anyway=False):
    job = beginning.read_now(name, anyway=anyway, by=ME, services=services)
    Worker(services).run_until_idle()
    return get(job.number, services=services)


def skus(services):
    return sorted(c.sku for c in products_page(Filters(), 1, 1000, services=services).products)
