"""What an undo is called, and what undoes that: one does again what the other brings back."""

from catalog.staff_changes import StaffChange

_UNDO, _REDO = "Undo: ", "Redo: "


def name_of_undo(change: StaffChange) -> str:
    """Return what the change is called that brings another back."""
    return f"{_REDO if is_undo(change) else _UNDO}{bare_name(change)}"


def is_undo(change: StaffChange) -> bool:
    """Whether a change brought another back, so that to undo it is to do that again."""
    return change.undoes is not None and not change.name.startswith(_REDO)


def bare_name(change: StaffChange) -> str:
    """Return what was done at first, whether a change did it or brought it back."""
    if change.undoes is None:
        return change.name
    return change.name.removeprefix(_UNDO).removeprefix(_REDO)
