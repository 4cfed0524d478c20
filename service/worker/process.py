"""A worker as a process: told to stop by signals, and gentle to whoever searches meanwhile."""

import os
import signal
from contextlib import closing
from types import FrameType

from service.settings.environment import Settings
from service.wiring import build_services
from service.worker.worker import Worker

_NICE = 10  # searches are served first
_TO_STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run_worker(settings: Settings, *, until_idle: bool = False) -> None:
    """Do jobs until a signal says to stop; the job at hand then ends at its next step."""
    os.nice(_NICE)
    with closing(build_services(settings)) as services:
        worker = Worker(services)

        def stop(_number: int, _frame: FrameType | None) -> None:
            worker.stop()

        for number in _TO_STOP:
            if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` has it ignored
                signal.signal(number, stop)
        if until_idle:
            worker.run_until_idle()
        else:
            worker.run()
