"""Hold the locked versions against the advisories of PyPI, where they can be asked for.

A known weakness in what the service runs on fails; one in a tool of development is told. To say
that there is none of what was not looked at would flatter: an index that does not know the
weakness of an old Pillow is taken for none, and a package that could not be looked up is named.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).parents[1] / "requirements"
WEAK = "pillow==9.0.0"  # PYSEC-2022-42979 and others
TIMEOUT_S = 15


def audited(lock: Path) -> list[dict[str, Any]]:
    """Give what pip-audit says of each package of a lock file; nothing where it did not come."""
    options = ["--disable-pip", "--no-deps", "--format=json", "--progress-spinner=off"]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *options, f"--timeout={TIMEOUT_S}", "-r", str(lock)],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:  # it was cut off, and said so on stderr
        return []
    return dependencies


def can_be_asked() -> bool:
    """Whether the index tells of a weakness that is known."""
    with tempfile.TemporaryDirectory() as folder:
        weak = Path(folder) / "weak.txt"
        weak.write_text(WEAK + "\n")
        return any(each.get("vulns") for each in audited(weak))


def main() -> int:
    """Audit both locks, the service's first."""
    if not can_be_asked():
        print("no index of advisories can be reached: the dependencies were not audited")
        return 0
    status = 0
    for name in ("serve.txt", "all.txt"):
        told = audited(LOCKS / name)
        weak = [each for each in told if each.get("vulns")]
        skipped = sorted(each["name"] for each in told if "skip_reason" in each)
        print(f"{name}: {len(told) - len(skipped)} packages audited, {len(weak)} with advisories")
        for each in weak:
            ids = ", ".join(hole["id"] for hole in each["vulns"])
            print(f"  {each['name']} {each['version']}: {ids}")
        if skipped or not told:
            print(f"  not audited: {', '.join(skipped) or 'all of it'}")
        if name == "serve.txt" and weak:
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
