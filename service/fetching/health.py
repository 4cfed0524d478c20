"""Whether a host is worth asking: one that has failed for long is left alone for a while."""

from service.fetching.errors import NotHad, TryLater
from service.fetching.limits import FetchLimits

_MENDS = 0.25  # of a silent try, by an answer: a host that lets every fifth wait is silent, too


class Health:
    """What an import has seen of a host. Others learn it for themselves: they may come later."""

    def __init__(self, limits: FetchLimits) -> None:
        self._limits = limits
        self._silent = 0.0  # tries without an answer, less what answers have mended
        self._failing = 0  # tries in a row whose answer was no good
        self._busy = 0  # times in a row that it wanted peace, of those who asked together once
        self._busy_at = 0.0
        self._left_until = 0.0
        self._why = ""

    def check(self, host: str, now: float) -> None:
        """See that the host is not left alone. Raises: NotHad."""
        if self._left_until > now:
            raise NotHad(f"'{host[:100]}' {self._why}, and is left alone for a while")

    def answered(self) -> None:
        """Note that it gave something, or said that it has it not."""
        self._silent = max(0.0, self._silent - _MENDS)
        self._failing = self._busy = 0

    def learn(self, error: TryLater, asked_at: float, now: float) -> None:
        """Note a try that failed."""
        limits = self._limits
        if error.silent:
            self._silent += 1
        elif not error.busy:
            self._failing += 1
        elif asked_at >= self._busy_at:
            self._busy, self._busy_at = self._busy + 1, now
        if error.after_s is not None and error.after_s > limits.longest_wait_s:
            self._leave(now, f"wants to be asked again in {error.after_s:.0f} s", error.after_s)
        elif self._silent >= limits.silent_tries:
            self._leave(now, "has not answered for long")
        elif self._failing >= limits.failing_tries:
            self._leave(now, f"has failed {limits.failing_tries} times in a row ({error})")
        elif self._busy >= limits.busy_tries:
            self._leave(now, f"still wants peace after {limits.busy_tries} pauses ({error})")

    def _leave(self, now: float, why: str, for_s: float | None = None) -> None:
        longest_s = self._limits.left_alone_s
        self._left_until = now + min(longest_s, longest_s if for_s is None else for_s)
        self._why = why
        self._silent = self._failing = self._busy = 0
