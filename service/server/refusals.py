"""Words what the front refuses by itself, and counts it."""

from service.server.front.exchange import Answer
from service.server.front.front import Refusal
from service.server.front.reasons import reason_of
from service.web.monitoring import logs
from service.web.monitoring.metrics import Metrics
from service.web.opening import Opening
from service.web.requests.problems import FOR_PROGRAMS, as_read_at, refusal


def refusals(opening: Opening, metrics: Metrics, access_log: bool) -> Refusal:
    """Word refusals once: they are sent when there is no time to word anything.

    Before the pages are there everybody gets what programs read.
    """
    worded: dict[tuple[str, str, str], Answer] = {}

    def of(error: Exception, path: str, name: str | None) -> Answer:
        place = as_read_at(path) if opening.is_whole else FOR_PROGRAMS
        key = (type(error).__name__, str(error), place)
        if key not in worded:
            response = refusal(opening.now, error, place)
            headers = response.headers.to_wsgi_list()
            worded[key] = Answer(response.status_code, headers, response.get_data())
        answer = worded[key]
        metrics.count_refused(reason_of(error))
        if access_log:
            logs.access("-", "refused", answer.status, 0)
        named = [*answer.headers, (logs.HEADER, logs.request_id(name))]
        return Answer(answer.status, named, answer.body)

    return of
