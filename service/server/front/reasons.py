"""Why the front itself refuses a request, in the words of `/metrics`."""

from service.errors import (
    BadUpload,
    DeadlinePassed,
    MadeWay,
    NoRoom,
    NoSpace,
    NotAForm,
    ServerBusy,
    SlowUpload,
    UploadTooLarge,
)

REASONS: dict[type[Exception], str] = {
    UploadTooLarge: "upload-too-large",
    NotAForm: "no-form",
    SlowUpload: "upload-too-slow",
    MadeWay: "upload-made-way",
    NoRoom: "no-room-for-upload",
    BadUpload: "upload-unreadable",
    NoSpace: "disk-full",
    ServerBusy: "queue-full",
    DeadlinePassed: "deadline-passed",
}
FAILED = "failed"  # the application broke down under it


def reason_of(error: Exception) -> str:
    """Return why, by the nearest class that is listed."""
    return next((REASONS[kind] for kind in type(error).__mro__ if kind in REASONS), FAILED)
