"""What a job brought in."""

from sqlalchemy import Select, select

from catalog.jobs import JobLine, LineKind


def skus_brought(number: int) -> Select[str]:
    """Return the query of the SKUs that a job added or changed."""
    of_it = JobLine.job_id == number, JobLine.kind == LineKind.BROUGHT.value
    return select(JobLine.sku).where(*of_it)
