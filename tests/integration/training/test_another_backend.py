"""The recipe of teachers and students runs, stops and goes on under another backend of Keras."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

pytest.importorskip("keras", reason="needs Keras: pip install .[train]")

pytestmark = [
    pytest.mark.train,
    pytest.mark.skipif(find_spec("torch") is None, reason="needs PyTorch, which is not required"),
]

SCRIPT = """
import sys
from pathlib import Path

import keras
import numpy as np

from embeddings.datasets.fashion_mnist import Part
from training.config import FitConfig
from training.fit.history import read_history
from training.networks.predict import answer
from training.progress import no_bars
from training.recipes.fashion.recipe import Recipe
from training.recipes.fashion.reproduce import fit_all
from training.networks.stored import load_network

labels = np.arange(80) % 2
images = np.random.default_rng(0).integers(0, 60, (80, 8, 8), dtype=np.uint8)
images[labels == 0, :4] += 150
images[labels == 1, 4:] += 150
common = dict(held_out_per_label=8, batch_size=16, warmup_epochs=0.5, precision="mixed_bfloat16")
teacher = FitConfig(
    network="teacher", epochs=2, seed=9, erase=0.5, shift=0, averaged_epochs=1, **common
)
student = FitConfig(
    network="classic", epochs=6, view_epochs=2, mixup=1.0, shift=0, dense_dropout=0.1,
    distil_weight=0.5, distil_temperature=2.0, cosine_weight=0.5, averaged_epochs=2, **common
)


def stop_the_student(name):
    def stop(done, total, text):
        if name == "seed-0" and "epoch 4" in text:
            raise KeyboardInterrupt

    return stop


folder, names = Path(sys.argv[1]), ("up", "down")
recipe = Recipe((teacher,), (student,))
try:
    fit_all(recipe, Part(images, labels), names, folder, stop_the_student)
except KeyboardInterrupt:
    pass
interrupted = len(read_history(folder / "seed-0"))
[run] = fit_all(recipe, Part(images, labels), names, folder, no_bars)
told = answer(load_network(run), images[..., np.newaxis])
right = int((told.logits.argmax(1) == labels).sum())
print(keras.backend.backend(), interrupted, len(read_history(run)), right)
"""


def test_the_recipe_runs_under_pytorch(tmp_path):
    environment = {**os.environ, "KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1"}

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    backend, interrupted, epochs, right = done.stdout.split()
    assert (backend, interrupted, epochs) == ("torch", "3", "6")
    assert int(right) > 72  # of 80
