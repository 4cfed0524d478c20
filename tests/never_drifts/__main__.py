"""Lets two writers, kills and promotions loose upon catalogues, and prints what was found.

python -m tests.never_drifts --steps 10000
python -m tests.never_drifts --kills 200     kills processes of every kind of work
"""

import argparse
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.integration.upkeep.test_never_drifts import Catalogue
from tests.never_drifts.kills import kill
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


def tell(seen: Counter[str], begun: float) -> None:
    """Print what has happened."""
    for name, count in seen.items():
        print(f"{count:>8} {name}")
    print(f"{time.monotonic() - begun:8.0f} seconds")


if __name__ == "__main__":
    sys.exit(main())
