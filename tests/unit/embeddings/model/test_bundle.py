import json
from dataclasses import asdict, replace

import pytest

from embeddings.errors import BadBundle
from embeddings.model.bundle import load_bundle, resolve_bundle, write_bundle_json
from embeddings.model.rejection import DirectionRejection
from tests.tiny_bundle import make_bundle


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "tiny")


def edit(bundle, change):
    """Change what a bundle's JSON says."""
    path = bundle.path / "bundle.json"
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


def test_what_is_written_is_loaded(bundle):
    other = replace(bundle, facts={"seed": 7, "metrics": {"accuracy": 0.94}}, temperature=2.5)

    write_bundle_json(other)

    written = load_bundle(bundle.path)
    assert written == replace(other, fingerprint=written.fingerprint)


def test_another_network_has_another_fingerprint(tmp_path):
    first, second = (make_bundle(tmp_path / str(seed), seed=seed) for seed in (1, 2))

    assert first.fingerprint != second.fingerprint


def test_a_bundle_is_found_by_its_folder(bundle):
    assert resolve_bundle(str(bundle.path)) == bundle.path


@pytest.mark.parametrize("name", ["no-such-model", "../no-such-folder", "a/b"])
def test_an_unknown_bundle_is_refused(name):
    with pytest.raises(BadBundle, match="no bundle"):
        resolve_bundle(name)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1}', "\0"])
def test_a_description_of_something_else_is_refused(bundle, text):
    (bundle.path / "bundle.json").write_text(text)

    with pytest.raises(BadBundle):
        load_bundle(bundle.path)


def test_a_missing_description_is_refused(tmp_path):
    with pytest.raises(BadBundle, match="cannot be read"):
        load_bundle(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.pop("labels"),
        lambda told: told.update(labels=["one"]),
        lambda told: told.update(labels=["same", "same"]),
        lambda told: told.update(temperature=0),
        lambda told: told.update(temperature="NaN"),
        lambda told: told.update(temperature=float("inf")),
        lambda told: told.update(embedding_dim=0),
        lambda told: told["input"].update(height=0),
        lambda told: told["input"].update(height="28"),
        lambda told: told["input"].update(channels=4),
        lambda told: told["input"].update(colour="grey"),
        lambda told: told["rejection"].update(bias=float("nan")),
        lambda told: told["rejection"].update(direction=[0.5]),
        lambda told: told["rejection"].update(direction=[float("inf")] * told["embedding_dim"]),
        lambda told: told["rejection"].update(direction="0" * told["embedding_dim"]),
        lambda told: told["rejection"].update(direction=None),
        lambda told: told["similarity"].update(slope="steep"),
        lambda told: told["files"].pop("model.onnx"),
        lambda told: told["files"].update({"missing.txt": "0" * 64}),
        lambda told: told["files"].update({"../outside": "0" * 64}),
        lambda told: told.update(files=7),
    ],
)
def test_a_bundle_that_makes_no_sense_is_refused(bundle, change):
    edit(bundle, change)

    with pytest.raises(BadBundle):
        load_bundle(bundle.path)


def test_a_direction_is_kept(bundle):
    direction = tuple(float(number) for number in range(bundle.embedding_dim))
    rule = DirectionRejection(-1.0, direction, 0.25, 0.5)
    write_bundle_json(replace(bundle, rejection=rule))

    assert load_bundle(bundle.path).rejection == rule


def test_a_rule_is_written_as_the_first_bundles_had_it(bundle):
    by_evidence = json.loads((bundle.path / "bundle.json").read_text())["rejection"]
    rule = DirectionRejection(-1.0, (0.5,) * bundle.embedding_dim, 0.25, 0.5)
    write_bundle_json(replace(bundle, rejection=rule))
    by_direction = json.loads((bundle.path / "bundle.json").read_text())["rejection"]

    assert by_evidence == asdict(bundle.rejection)
    assert list(by_direction) == [*by_evidence, "direction"]
    assert [by_direction[name] for name in ("confidence", "energy", "nearest")] == [0, 0, 0]


def test_a_rule_goes_by_evidence_or_by_a_direction_and_not_by_both(bundle):
    edit(bundle, lambda told: told["rejection"].update(direction=[0.5] * told["embedding_dim"]))

    with pytest.raises(BadBundle, match="a rule with a direction weighs no confidence"):
        load_bundle(bundle.path)


def test_a_changed_network_is_refused(bundle):
    bundle.network.write_bytes(bundle.network.read_bytes() + b"x")

    with pytest.raises(BadBundle, match="was changed"):
        load_bundle(bundle.path)
