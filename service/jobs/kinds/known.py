"""Every kind of job by its name; whoever adds one adds its file here."""

from service.jobs.kind import Kind
from service.jobs.kinds import verifying

KINDS: dict[str, Kind] = {each.name: each for each in (verifying.KIND,)}
