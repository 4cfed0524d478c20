"""What a bundle may have beyond labels and one embedding."""

import json
from dataclasses import replace

import numpy as np
import pytest

from embeddings.errors import BadBundle
from embeddings.model.bundle import load_bundle, write_bundle_json
from embeddings.reading.encoder import OnnxEncoder
from embeddings.reading.verdict import name_colour
from tests.fakes import plain_photo
from tests.tiny_bundle import COLOUR, COLOUR_LABELS, COLOUR_NAMES, build_network, make_bundle

TREE = {"red": "warm", "green": "cold", "blue": "cold", "cold": "coloured", "warm": "coloured"}
HALVES = {"kind": (0, 8), "look": (8, 16)}


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(
        tmp_path / "tiny",
        labels=COLOUR_LABELS,
        spec=COLOUR,
        colours=COLOUR_NAMES,
        tree=TREE,
        halves=HALVES,
    )


def edit(bundle, **fields):
    path = bundle.path / "bundle.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_what_is_written_is_loaded(bundle):
    meaning = replace(bundle.similarity, meaning="look")
    other = replace(bundle, similarity=meaning, colour_temperature=3.5)

    write_bundle_json(other)

    written = load_bundle(bundle.path)
    assert written == replace(other, fingerprint=written.fingerprint)
    assert written.fingerprint != bundle.fingerprint


def test_a_bundle_without_them_says_nothing_of_them(tmp_path):
    plain = make_bundle(tmp_path / "plain")

    told = json.loads((plain.path / "bundle.json").read_text())

    assert told.keys().isdisjoint({"colours", "colour_temperature", "tree", "halves"})
    assert set(told["similarity"]) == {"slope", "intercept"}
    assert (plain.colours, plain.tree, plain.halves) == ((), {}, {})


@pytest.mark.parametrize(
    "fields",
    [
        {"colours": ["red"]},
        {"colours": ["red", "red"]},
        {"colours": ["red", ""]},
        {"colours": ["red", "x" * 33]},
        {"colours": ["red", 3]},
        {"colours": "red"},
        {"colour_temperature": 0},
        {"colour_temperature": "warm"},
        {"tree": {"red": "red"}},
        {"tree": {"red": "warm", "warm": "red"}},
        {"tree": {"crimson": "red"}},
        {"tree": {"red": ""}},
        {"tree": {"red": 3}},
        {"tree": ["red"]},
        {"tree": {"red": "0"} | {str(n): str(n + 1) for n in range(9)}},
        {"halves": {"kind": [0, 8]}},
        {"halves": {"kind": [0, 8], "look": [8, 15]}},
        {"halves": {"kind": [0, 8], "look": [7, 16]}},
        {"halves": {"kind": [0, 8], "other": [8, 16]}},
        {"halves": {"kind": [0, 0], "look": [0, 16]}},
        {"halves": {"kind": [0, 8.0], "look": [8.0, 16]}},
        {"halves": {"kind": [0], "look": [8, 16]}},
        {"halves": [0, 8, 16]},
        {"similarity": {"slope": 1, "intercept": 0, "meaning": "luck"}},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_a_bad_bundle(bundle, fields):
    edit(bundle, **fields)

    with pytest.raises(BadBundle):
        load_bundle(bundle.path)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((200, 30, 30), "red"),
        ((30, 200, 30), "green"),
        ((20, 40, 90), "blue"),
        ((9, 9, 9), "black"),
    ],
)
def test_a_reading_tells_the_colour(bundle, colour, name):
    encoder = OnnxEncoder(bundle, threads=1)

    [reading] = encoder.read([plain_photo(colour)])

    assert reading.colours.shape == (4,)
    assert reading.colours.sum() == pytest.approx(1, abs=1e-5)
    told = name_colour(reading, encoder.colours)
    assert told.name == name
    assert told.confidence == pytest.approx(reading.colours.max())


def test_colours_are_softened_by_a_temperature_of_their_own(bundle):
    hot = OnnxEncoder(replace(bundle, colour_temperature=100.0), threads=1)

    [soft] = hot.read([plain_photo()])
    [sharp] = OnnxEncoder(bundle, threads=1).read([plain_photo()])

    assert soft.colours.max() < 0.3 < sharp.colours.max()
    np.testing.assert_array_equal(soft.probabilities, sharp.probabilities)


def test_a_bundle_without_colours_tells_none(tmp_path):
    encoder = OnnxEncoder(make_bundle(tmp_path / "grey"), threads=1)

    [reading] = encoder.read([plain_photo()])

    assert reading.colours is None
    assert name_colour(reading, encoder.colours) is None


def test_a_network_without_the_colours_that_its_bundle_promises_is_bad(bundle):
    network = build_network(COLOUR, len(COLOUR_LABELS), 16, 0)
    bundle.network.write_bytes(network.SerializeToString())
    write_bundle_json(bundle)

    with pytest.raises(BadBundle, match="lacks 'colour'"):
        OnnxEncoder(load_bundle(bundle.path), threads=1).read([plain_photo()])
