"""Why what lies at an address cannot be had.

NotHad
├── RefusedAddress   we do not ask there: it is not allowed, not public, or no address
└── TryLater         it may be had by asking again, after a while
"""


class NotHad(Exception):
    """What lies at an address cannot be had; the message is the reason."""


class RefusedAddress(NotHad):
    """We do not ask there."""


class TryLater(NotHad):
    """It may be had by asking again."""

    def __init__(
        self,
        reason: str,
        after_s: float | None = None,
        *,
        silent: bool = False,
        busy: bool = False,
    ) -> None:
        """Take what the server says of when.

        `silent` where it does not answer, or too slowly; `busy` where it says that it is asked
        too much.
        """
        super().__init__(reason)
        self.after_s = after_s
        self.silent = silent
        self.busy = busy
