"""A look at everything as a job, whose worker dies just before it is over."""

from catalog.jobs import JobState
from service.jobs import keeping
from service.jobs.at_work import JobAtWork
from service.jobs.claiming import claim
from service.jobs.kinds.known import KINDS
from service.stock.record import record_batch
from service.worker.doing import do
from tests.integration.jobs.work import ME
from tests.shop import shop_records


def test_what_it_found_is_told_once_though_its_worker_died_before_it_was_over(services):
    record_batch(shop_records(services), services=services)
    lost = next(iter(services.store.digests()))
    services.store.remove([lost])
    job = keeping.create("verify", {}, by=ME, services=services)
    claimed, name = claim("killed", services=services)
    killed = JobAtWork(claimed, name, services=services, stops=lambda: False)
    KINDS["verify"].run(services, killed, killed.tell)
    (services.settings.living).mkdir(parents=True, exist_ok=True)
    (services.settings.living / "killed").touch()  # its lock went with it

    do(*claim("next", services=services), kinds=KINDS, services=services)

    done = keeping.get(job.number, services=services)
    lines = [each.message for each in keeping.lines(job.number, services=services)]
    assert done.state is JobState.DONE
    assert [lost in each for each in lines] == [True]
    assert done.message == "drift 1, 1 problems, 0 repaired"
    assert done.errors == 1
