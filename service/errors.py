"""Every error that this package raises on purpose; the one place that knows HTTP statuses.

ServiceError
├── BadSetting        a LOOKALIKE_ variable is unknown or breaks its rule
├── NotReady          the catalogue, model or index cannot answer yet
├── ExpiredSearch     the token of an earlier search is unknown or too old
└── BadRequestValue   a parameter of a request breaks its rule
"""


class ServiceError(Exception):
    """Any error that this package raises on purpose."""


class BadSetting(ServiceError):
    """A LOOKALIKE_ variable is unknown or breaks its rule."""


class NotReady(ServiceError):
    """The catalogue, the model or the index cannot answer yet."""


class ExpiredSearch(ServiceError):
    """The token of an earlier search is unknown or too old."""


class BadRequestValue(ServiceError):
    """A parameter of a request breaks its rule."""
