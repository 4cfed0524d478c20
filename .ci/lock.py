"""Renew the locked versions: `serve.txt` for the service, `all.txt` for everything else too.

The second is held to the first, so the tests run on what the service runs on.
"""

import os
import subprocess
import sys

COMMON = [
    sys.executable, "-m", "piptools", "compile", "--quiet", "--strip-extras", "--upgrade",
    "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--allow-unsafe",
    "--generate-hashes", "pyproject.toml",
]  # fmt: skip


def compile_lock(output: str, *options: str) -> None:
    """Resolve pyproject.toml into one lock file."""
    environment = os.environ | {"CUSTOM_COMPILE_COMMAND": "make lock"}
    subprocess.run([*COMMON, "--output-file", output, *options], check=True, env=environment)


if __name__ == "__main__":
    compile_lock("requirements/serve.txt")
    extras = [f"--extra={name}" for name in ("parquet", "redis", "train", "test", "docs", "dev")]
    compile_lock("requirements/all.txt", "--constraint=requirements/serve.txt", *extras)
