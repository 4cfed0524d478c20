"""Writers in processes of their own, which are killed at any line."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from service.access.actor import at_the_machine
from service.backups import checked, restore
from service.importing import import_source
from service.models.registry import model_of
from service.promotion.promoting import promote_model, roll_back_model
from service.settings.environment import Settings
from service.stock.changing import label_product, remove_products
from service.stock.record import record_batch
from service.stock.undoing import undo
from service.stockroom.bulk import WITHDRAW, Deed, change_many, deed_of
from service.upkeep.verify import verify
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
    with _process(_work, settings) as process:
        yield process


@contextmanager
def restoring(settings: Settings, backup: Path) -> Iterator[BaseProcess]:
    """Begin to put a shop back from a backup that is checked already, and give it then."""
    with _process(_restore, settings, backup) as process:
        yield process


@contextmanager
def _process(target: Callable[..., None], *arguments: object) -> Iterator[BaseProcess]:
    """Begin a process, and give it once it is at its work; it is gone when the block ends."""
    begins = _PROCESSES.Event()
    process = _PROCESSES.Process(target=target, args=(begins, *arguments))
    process.start()
    with _ended(process):
        assert begins.wait(120)
        yield process


@contextmanager
def _ended(process: BaseProcess) -> Iterator[None]:
    try:
        yield
    finally:
        process.kill()
        process.join()
        process.close()


@contextmanager
def importing(source: Path, settings: Settings) -> Iterator[tuple[BaseProcess, Connection]]:
    """Begin an import, and give it with the end of a pipe at which it says what it finds.

    It first proves what the one before, killed, has left: so the proof is always that of a fresh
    process.
    """
    hears, says = _PROCESSES.Pipe(duplex=False)
    with hears:
        with says:
            process = _PROCESSES.Process(target=_import, args=(says, source, settings))
            process.start()
        with _ended(process):
            yield process, hears


def deed_called(name: str) -> Deed:
    """Give what is done to many products."""
    deeds = {"brand": ("brand", "Acme"), "category": ("category", "Hat")}
    return WITHDRAW if name == "withdraw" else deed_of(*deeds[name])


def _import(says, source, settings):
    found = verify(services=build_services(settings))
    kinds = sorted({each.kind.name for each in found.problems})
    says.send(" ".join(("verified", str(found.drift), *kinds)))
    report = import_source(source, services=build_services(settings))
    counts = (report.added, report.updated, report.unchanged, len(report.failed))
    says.send(" ".join(("imported", *map(str, counts))))


def _restore(begins, settings, backup):
    services = build_services(settings)
    with checked(backup, settings=settings) as found:
        begins.set()
        restore(found, services=services)


def _work(begins, settings):
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
