"""The bench over real servers and real articles, only smaller."""

import json
import os
import subprocess
import sys

import pytest

from embeddings.datasets.fashion_mnist import load_part
from embeddings.errors import DatasetUnavailable
from tests.tiny_bundle import make_bundle

STAGES = ["decode", "encode", "search", "load", "http", "http p99"]


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    try:
        load_part("test")
    except DatasetUnavailable as error:
        pytest.skip(f"Fashion-MNIST is not to be had: {error}")
    make_bundle(folder / "bundle")
    command = [sys.executable, "-m", "service", "bench", "--json", "--rounds", "20"]
    command += ["--products", "100", "--products", "300", "--files", "200"]
    environment = os.environ | {
        "LOOKALIKE_BUNDLE": str(folder / "bundle"),
        "LOOKALIKE_HOME": str(folder / "untouched"),
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (folder / "untouched").exists()
    return json.loads(done.stdout)


def test_every_stage_is_timed_at_every_size(document):
    rows = [(row["stage"], row["products"]) for row in document["rows"]]

    assert rows == [(s, 100) for s in STAGES] + [(s, 300) for s in STAGES] + [("tag", 200)]


def test_a_ratio_is_that_of_its_row(document):
    for row in document["rows"]:
        assert row["service_ms"] > 0
        assert row["bare_ms"] > 0
        assert row["ratio"] == pytest.approx(row["service_ms"] / row["bare_ms"], rel=0.05)


def test_filling_and_starting_are_told_for_every_size(document):
    facts = document["facts"]

    assert [fact["products"] for fact in facts] == [100, 300]
    assert all(fact["fill_s"] > 0 and fact["first_search_s"] > 0 for fact in facts)
    assert all(fact["resident_mb"] > 10 for fact in facts)
