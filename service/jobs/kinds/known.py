"""Every kind of job by its name; whoever adds one adds its file here."""

from service.jobs.kind import Kind
from service.jobs.kinds import (
    changing_many,
    comparing,
    deciding_pairs,
    feeding,
    importing,
    reviewing,
    tagging,
    verifying,
    withdrawing,
)

_EVERY = (
    importing.KIND,
    feeding.KIND,
    withdrawing.KIND,
    verifying.KIND,
    reviewing.KIND,
    comparing.KIND,
    deciding_pairs.KIND,
    changing_many.CHANGE_KIND,
    changing_many.UNDO_KIND,
    tagging.KIND,
)
KINDS: dict[str, Kind] = {each.name: each for each in _EVERY}
