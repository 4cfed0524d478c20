"""A wish to stop that reaches a worker at the instant of its fork."""

import subprocess
import sys

_FORK = """
import os, signal
from service.server.ending import let_workers_be_ended
noted = []
signal.signal(signal.SIGTERM, lambda number, _frame: noted.append(number))
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
let_workers_be_ended()
child = os.fork()
if child == 0:
    os._exit(0)
_, status = os.waitpid(child, 0)
os.kill(os.getpid(), signal.SIGTERM)
print(os.WIFSIGNALED(status) and os.WTERMSIG(status), noted)
"""


def test_it_ends_the_worker_and_later_ones_still_reach_the_server():
    done = subprocess.run([sys.executable, "-c", _FORK], capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("15 [15]\n", "")
