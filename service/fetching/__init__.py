"""Fetches files from addresses that a shop has allowed, and connects to nothing else."""

from service.fetching.errors import NotHad, RefusedAddress
from service.fetching.fetcher import Fetcher
from service.fetching.limits import FetchLimits
from service.fetching.opening import open_fetcher
from service.fetching.policy import FetchPolicy, policy_of
from service.fetching.received import UNCHANGED, Received, Unchanged, Validators

__all__ = [
    "UNCHANGED",
    "FetchLimits",
    "FetchPolicy",
    "Fetcher",
    "NotHad",
    "Received",
    "RefusedAddress",
    "Unchanged",
    "Validators",
    "open_fetcher",
    "policy_of",
]
