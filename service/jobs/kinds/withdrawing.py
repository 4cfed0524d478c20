"""`withdraw-missing`: takes out the products that are missing from a feed, as long as they are."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from catalog import feed_items
from catalog.feeds import Feed
from service.errors import BadFeed
from service.feeds.beginning import check_not_read
from service.feeds.missing import KIND as NAME
from service.jobs.at_work import JobAtWork
from service.jobs.kind import Kind, Outcome
from service.jobs.kinds.changing_many import change_within
from service.progress import Progress
from service.stockroom.bulk import Deed
from service.wiring import Services


def _run(services: Services, job: JobAtWork, progress: Progress) -> Outcome:
    """Look again in each transaction: since it was asked for, or failed, the feed may be read."""
    asked = job.parameters

    def still(session: Session, ids: Sequence[int]) -> list[int]:
        feed = session.get(Feed, asked["feed"])
        if feed is None:
            raise BadFeed("the feed was removed: its products stay")
        if feed.withdrawal != job.job.number:  # one that failed, resumed beside another
            raise BadFeed("what is missing was asked for again since")
        check_not_read(session, feed)
        return feed_items.still_missing(session, feed.id, ids)

    deed = Deed(None, f"Withdrew what is missing from {asked['name']}")
    done = change_within(services, job, asked["ids"], deed, progress, still=still)
    stay = done.unchanged
    told = f"{done.changed} withdrawn" + (f", {stay} not missing any more" if stay else "")
    return Outcome(told, {"changed": done.changed, "unchanged": stay})


KIND = Kind(NAME, "Withdraw what is missing from a feed", _run)
"""The kind of job."""
