"""Build the wheel, install it as a shop does, without what trains, and drive one search.

Held against what a shop is promised: no training file comes along, none is opened when the
service starts (not even where it lies beside the network, as in a checkout), the start is quick,
and a photo of the demonstration's shop finds its own product.
"""

import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from statistics import median

ROOT = Path(__file__).parents[1]
STOCK = ROOT / "service/demo/stock"
TRAINING_ENDINGS = (".h5", ".keras")
TRAINING_LIBRARIES = ("keras", "tensorflow", "sklearn", "cv2")
ITEMS = 12
STARTS = 5
START_S = 2.5  # of the quickest: 1.3 on two busy cores; one second is wanted, see decision 111
PATIENCE_S = 60
# In every process of the installed Python: which files of a bundle were opened.
HOOK = """import os, sys
def _tell(event, arguments):
    if event == "open" and str(arguments[0]).endswith((".h5", ".keras", ".onnx", "bundle.json")):
        with os.fdopen(os.open(os.environ["OPENED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT), "a") as file:
            file.write(f"{arguments[0]}\\n")
if "OPENED" in os.environ:
    sys.addaudithook(_tell)
"""  # noqa: E501 - a program of its own


def build(folder: Path) -> Path:
    """Build the wheel and look into it."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    [wheel] = folder.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    to_train_on = [name for name in names if name.endswith(TRAINING_ENDINGS)]
    assert not to_train_on, f"the wheel holds {to_train_on}"
    for needed in ("service/templates/", "embeddings/bundles/", "service/demo/stock/stock.csv"):
        assert any(name.startswith(needed) for name in names), f"the wheel lacks {needed}"
    print(
        f"{wheel.name}: {len(names)} files, {wheel.stat().st_size / 1e6:.1f} MB, none to train on"
    )
    return wheel


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel with the service's locked versions; give the environment's programs."""
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(ROOT / "requirements/serve.txt")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    asked = f"import importlib.util as i; print(*filter(i.find_spec, {TRAINING_LIBRARIES}))"
    there = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout
    assert not there.strip(), f"the service's environment has {there}"
    [packages] = folder.glob("lib/python3*/site-packages")
    (packages / "sitecustomize.py").write_text(HOOK)
    for weights in (ROOT / "embeddings/bundles").glob("*/*.h5"):
        copyfile(weights, packages / weights.relative_to(ROOT))
    return folder / "bin"


@contextmanager
def served(
    lookalike: Path, environment: dict[str, str], folder: Path
) -> Iterator[tuple[str, float]]:
    """Serve until the block ends; gives the address and the seconds until it was ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    began = time.monotonic()
    with log.open("wb") as file:
        process = subprocess.Popen(
            [lookalike, "serve"],
            cwd=folder,
            env=environment | {"LOOKALIKE_PORT": str(port)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        while not is_ready(f"http://127.0.0.1:{port}"):
            hopes = process.poll() is None and time.monotonic() < began + PATIENCE_S
            assert hopes, f"it did not start:\n{log.read_text()}"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}", time.monotonic() - began
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def is_ready(address: str) -> bool:
    """Whether a server answers that it can be asked."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=PATIENCE_S):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def found_first(address: str, photo: Path) -> str:
    """Give the SKU that a search with a photo finds first."""
    edge = "edge-of-a-part"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    asked = urllib.request.Request(
        f"{address}/api/v1/search",
        head.encode() + photo.read_bytes() + f"\r\n--{edge}--\r\n".encode(),
        {"Content-Type": f"multipart/form-data; boundary={edge}"},
    )
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
        return str(json.load(answer)["hits"][0]["sku"])


def main() -> None:
    """Do all of it in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as told:
        folder = Path(told)
        programs = install(build(folder), folder / "environment")
        opened = folder / "opened.txt"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        environment = kept | {"LOOKALIKE_HOME": str(folder / "home"), "OPENED": str(opened)}
        lookalike = programs / "lookalike"
        fill = [str(lookalike), "demo", "--no-serve", "--items", str(ITEMS)]
        subprocess.run(fill, cwd=folder, env=environment, check=True)
        with (STOCK / "stock.csv").open(encoding="utf-8", newline="") as file:
            product = next(csv.DictReader(file))

        took = []
        for _ in range(STARTS):
            with served(lookalike, environment, folder) as (address, seconds):
                took.append(seconds)
                first = found_first(address, STOCK / product["photo"])
                assert first == product["sku"], f"a photo of {product['sku']} found {first} first"

        files = opened.read_text().splitlines()
        assert any(name.endswith(".onnx") for name in files), "what is opened was not told"
        to_train_on = {name for name in files if name.endswith(TRAINING_ENDINGS)}
        assert not to_train_on, f"the service opened {to_train_on}"
        print(
            f"{STARTS} starts, ready after {min(took):.2f} to {max(took):.2f} s, median "
            f"{median(took):.2f}; each search found"
        )
        if os.getloadavg()[0] > (os.cpu_count() or 1) + 1:
            print("others are at work on this machine: the time is not held against a limit")
        else:
            assert min(took) < START_S, f"the quickest start may take {START_S} s"


if __name__ == "__main__":
    main()
