"""Print what the measured tests ran of each room, and name the modules of which they ran nothing.

A module counts as run when any of its functions was: its first lines run when it is imported, and
say nothing. Servers and commands that tests start run in processes of their own, which are not
measured: what a hook there would change is just what those tests look at.
"""

import json
import subprocess
import sys
from collections import defaultdict
from typing import Any


def measured() -> dict[str, dict[str, Any]]:
    """Give what the measured run wrote down, by file."""
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    files: dict[str, dict[str, Any]] = json.loads(told)["files"]
    return files


def is_untested(file: dict[str, Any]) -> bool:
    """Whether nothing ran of a module but, perhaps, its definitions."""
    functions = [each for name, each in file["functions"].items() if name]
    parts = functions or [file]
    lines = sum(each["summary"]["num_statements"] for each in parts)
    return lines > 0 and not any(each["summary"]["covered_lines"] for each in parts)


def percent(covered: int, lines: int) -> str:
    """Give a share as it is printed."""
    return f"{100 * covered / lines:5.1f} %" if lines else "      -"


def main() -> None:
    """Print a line for each room, the whole, and the untested."""
    files = measured()
    rooms: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for path, file in files.items():
        for room in ("/".join(path.split("/")[:-1][:2]), "all of it"):
            rooms[room][0] += file["summary"]["covered_lines"]
            rooms[room][1] += file["summary"]["num_statements"]
    for room, (covered, lines) in sorted(rooms.items(), key=lambda each: each[0] == "all of it"):
        print(f"{percent(covered, lines)} of {lines:6,} lines  {room}")
    untested = sorted(path for path, file in files.items() if is_untested(file))
    print(f"{len(untested)} of {len(files)} modules were run by none of the measured tests")
    for path in untested:
        print(f"  {path}")


if __name__ == "__main__":
    main()
