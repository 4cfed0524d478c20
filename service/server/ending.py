"""How a worker ends: in time, whatever its clients do, and soon after the process that started it.

Told to stop, Granian lets the requests that run come to their end, and waits for it without one of
its own: an upload that drips, or an answer that nobody reads, keeps a worker for good. So the
system is asked for an alarm, and what is not over by then is cut off. The alarm ends a process that
is deep in native code, too.
"""

import multiprocessing
import os
import signal
import threading
from functools import partial
from multiprocessing import connection
from types import FrameType

GRACE_S = 10  # for the requests that run when a worker is told to stop
ORPHANS_GRACE_S = 4  # for those of a worker whose server was killed: another may want its address
_LOOK_S = 1.0
_TO_STOP = (signal.SIGTERM, signal.SIGINT)
_ENDING = (*_TO_STOP, signal.SIGHUP)


def let_workers_be_ended() -> None:
    """Let every worker that this process forks be ended from its first moment on.

    It would begin with our handlers, which note a wish to stop that nobody looks at in there. So
    what is sent to it before they are gone waits until then.
    """
    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, _ENDING),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, _ENDING),
        after_in_child=_as_at_first,
    )


def _as_at_first() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the server, too, who tells us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def stop_within_grace() -> None:
    """Bound the time that a wish to stop may take; to be called when the loop handles signals.

    The loop is told of a signal by the interpreter itself, whatever the handler is.
    """
    for number in _TO_STOP:
        signal.signal(number, _on_wish_to_stop)
        signal.siginterrupt(number, False)


def _on_wish_to_stop(_number: int, _frame: FrameType | None) -> None:
    _be_gone_within(GRACE_S)


def _be_gone_within(seconds: float) -> None:
    """Have the system end this process; a second wish does not put it off."""
    left, _ = signal.getitimer(signal.ITIMER_REAL)
    if left == 0 or left > seconds:
        signal.setitimer(signal.ITIMER_REAL, seconds)


def end_with_parent() -> None:
    """End this worker when the process that started it is gone, however that came about."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        # Workers that were forked later hold the other end of the sentinel as well, so that it
        # may tell late, or of the wrong one: whose child we are is looked at besides.
        while os.getppid() == parent.pid:
            if connection.wait([parent.sentinel], _LOOK_S):
                break
        _be_gone_within(ORPHANS_GRACE_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
