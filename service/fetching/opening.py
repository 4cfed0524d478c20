"""Opens what fetches for a shop, beside all others that do."""

from typing import Any

from service.fetching.clocks import SharedClocks
from service.fetching.fetcher import Fetcher
from service.fetching.limits import FetchLimits, connections_at
from service.fetching.policy import FetchPolicy
from service.settings.environment import Settings


def open_fetcher(settings: Settings, policy: FetchPolicy, **limits: Any) -> Fetcher:
    """Return what fetches at the shop's rate, which holds for all of its processes together.

    `limits` are those of `FetchLimits` that are other than usual. Raises: OSError.
    """
    rate = settings.fetch_rate
    told = FetchLimits(rate=rate, connections=connections_at(rate), **limits)
    return Fetcher(policy, told, clocks=SharedClocks(settings.host_clocks, told.back_off_s))
