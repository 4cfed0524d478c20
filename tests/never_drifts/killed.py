"""Writers in processes of their own, which are killed at any line."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from service.access.actor import at_the_machine
from service.models.registry import model_of
from service.promotion.promoting import promote_model, roll_back_model
from service.settings.environment import Settings
from service.stock.changing import label_product, remove_products
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.bulk import WITHDRAW, Deed, change_many, deed_of
from service.wiring import build_services
from service.worker.worker import Worker
from tests.never_drifts.models import FIRST, SECOND

# The server that forks has never searched: a library's threads do not survive a fork.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["tests.never_drifts.killed", "service.jobs.kinds.known", "service.worker.doing", "onnxruntime"]
)


def write_and_die(home: Path, what: str, *arguments: object, after_s: float) -> bool:
    """Begin a write in another process and kill it; say whether it was still alive."""
    begins = _PROCESSES.Event()
    process = _PROCESSES.Process(target=_write, args=(home, begins, what, arguments))
    process.start()
    assert begins.wait(60)
    time.sleep(after_s)
    alive = process.is_alive()
    process.kill()
    process.join()
    process.close()
    return alive


@contextmanager
def working(settings: Settings) -> Iterator[BaseProcess]:
    """Begin a worker that does the jobs that there are, and give it once it looks for them."""
    begins = _PROCESSES.Event()
    process = _PROCESSES.Process(target=_work, args=(settings, begins))
    process.start()
    try:
        assert begins.wait(60)
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def deed_called(name: str) -> Deed:
    """Give what is done to many products."""
    deeds = {"brand": ("brand", "Acme"), "category": ("category", "Hat")}
    return WITHDRAW if name == "withdraw" else deed_of(*deeds[name])


def _work(settings, begins):
    worker = Worker(build_services(settings))
    begins.set()
    worker.run_until_idle()


def _write(home, begins, what, arguments):
    services = build_services(Settings(home=home), FIRST, others=[SECOND])
    begins.set()
    if what == "record":
        record_batch(*arguments, services=services)
    elif what == "remove":
        remove_products(*arguments, services=services)
    elif what == "promote":
        answers_now = services.model.fingerprint
        other = SECOND if answers_now == FIRST.fingerprint else FIRST
        promote_model(model_of(other, "other"), services=services)
    elif what == "many":
        deed, ids = arguments
        change_many(ids, deed_called(deed), by=at_the_machine(), services=services)
    elif what == "undo":
        undo(*arguments, by=at_the_machine(), services=services)
    elif what == "roll back":
        roll_back_model(services=services)
    else:
        label_product(*arguments, services=services)
