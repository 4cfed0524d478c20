"""Lets two writers, kills and promotions loose upon catalogues, and prints what was found.

python -m tests.never_drifts --steps 10000
python -m tests.never_drifts --kills 200     kills processes that import, serve, work or change many
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.upkeep.test_never_drifts import Catalogue
from tests.never_drifts import killed_changes, killed_imports, killed_jobs, killed_servers
from tests.never_drifts.writers import SEEN

STEPS_OF_A_CATALOGUE = 50
CATALOGUES = 4  # between two lines of the output


def main() -> int:
    """Run as many steps as asked for, each followed by every comparison."""
    parser = argparse.ArgumentParser(prog="python -m tests.never_drifts", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--kills", type=int, help="kill so many, and do nothing else")
    given = parser.parse_args()
    if given.kills is not None:
        return kill(given.kills)
    wanted = given.steps
    how = settings(
        max_examples=CATALOGUES,
        stateful_step_count=STEPS_OF_A_CATALOGUE,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    begun = time.monotonic()
    while SEEN["steps"] < wanted:
        try:
            run_state_machine_as_test(Catalogue, settings=how)
        except Exception:
            tell(SEEN, begun)
            print("a catalogue disagrees with what was told; the steps that lead there:")
            raise
        print(f"{SEEN['steps']} of {wanted} steps", file=sys.stderr, flush=True)
    tell(SEEN, begun)
    print("drift 0, no word of a person lost, nothing put back")
    return 0


def kill(kills: int) -> int:
    """Kill as many importing processes, and as many servers as fit; print what they have left."""
    begun = time.monotonic()

    def tell_tenth(done: int) -> None:
        if done % 10 == 0:
            print(f"{done} kills", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="lookalike-") as folder:
        left = killed_imports.kill_imports(Path(folder), kills, tell_tenth)
    print(f"{left.kills:>8} importing processes killed")
    print(f"{left.killed_at_work:>8} of them at work")
    print(f"{len(left.wrong):>8} left something wrong", *left.wrong[:5], sep="\n         ")
    print(f"{len(left.skus):>8} products after the last import")
    with tempfile.TemporaryDirectory(prefix="lookalike-") as folder:
        served = killed_servers.kill_servers(Path(folder), -(-kills * 3 // 10), tell_tenth)
    print(f"{served.kills:>8} serving processes killed")
    print(f"{served.answered:>8} changes over HTTP that were answered, or found to be done")
    print(f"{served.cut_off:>8} without an answer, {served.of_them_done} of them done")
    with tempfile.TemporaryDirectory(prefix="lookalike-") as folder:
        worked = killed_jobs.kill_workers(Path(folder), -(-kills // 4), tell_tenth)
    print(f"{worked.kills:>8} workers killed in the middle of {worked.jobs} jobs")
    with tempfile.TemporaryDirectory(prefix="lookalike-") as folder:
        changed = killed_changes.kill_changes(Path(folder) / "home", -(-kills // 4))
    for what, times in changed.met.items():
        print(f"{times:>8} processes that change many products: {what}")
    print(f"{time.monotonic() - begun:8.0f} seconds")
    faults = [
        *killed_imports.faults_of(left),
        *killed_servers.faults_of(served),
        *worked.wrong,
        *changed.wrong,
    ]
    print("\n".join(faults) if faults else "nothing lost, nothing there twice")
    return 1 if faults else 0


def tell(seen: Counter[str], begun: float) -> None:
    """Print what has happened."""
    for name, count in seen.items():
        print(f"{count:>8} {name}")
    print(f"{time.monotonic() - begun:8.0f} seconds")


if __name__ == "__main__":
    sys.exit(main())
