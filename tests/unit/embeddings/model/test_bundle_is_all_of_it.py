"""A bundle is told from others by every byte of it, and bounded before it is used."""

import json
import os
from dataclasses import replace
from shutil import copyfile

import numpy as np
import onnx
import pytest
from onnx.external_data_helper import convert_model_to_external_data

from embeddings.errors import BadBundle
from embeddings.model.bundle import load_bundle, resolve_bundle, write_bundle_json
from embeddings.model.bundle_files import check_training_files, digest_of
from embeddings.reading.encoder import OnnxEncoder
from tests.fakes import plain_photo
from tests.tiny_bundle import COLOUR_NAMES, make_bundle


@pytest.fixture
def bundle(tmp_path):
    return make_bundle(tmp_path / "tiny")


def edit(bundle, change):
    """Change what a bundle's JSON says."""
    path = bundle.path / "bundle.json"
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["labels"].reverse(),
        lambda told: told.update(temperature=2.0),
        lambda told: told.update(name="other"),
        lambda told: told["rejection"].update(garment_threshold=0.9),
        lambda told: told["similarity"].update(slope=1.0),
        lambda told: told["input"].update(framing="square-colour"),
        lambda told: told.update(tree={told["labels"][0]: "Tops"}),
        lambda told: told["files"].update({"model.weights.h5": "0" * 64}),
    ],
)
def test_whatever_changes_an_answer_changes_the_fingerprint(bundle, change):
    edit(bundle, change)

    assert load_bundle(bundle.path).fingerprint != bundle.fingerprint


def test_a_listed_file_is_part_of_the_fingerprint(bundle):
    (bundle.path / "weights.bin").write_bytes(b"1")
    write_bundle_json(bundle)
    one = load_bundle(bundle.path)
    (bundle.path / "weights.bin").write_bytes(b"2")
    write_bundle_json(bundle)

    assert load_bundle(bundle.path).fingerprint not in (one.fingerprint, bundle.fingerprint)


def test_neither_facts_nor_order_nor_spaces_change_the_fingerprint(bundle):
    path = bundle.path / "bundle.json"
    told = json.loads(path.read_text())
    told["facts"]["comment"] = "measured again"
    path.write_text(json.dumps(dict(sorted(told.items())), indent=7))

    assert load_bundle(bundle.path).fingerprint == bundle.fingerprint


def test_the_former_fingerprint_is_that_of_the_network(bundle):
    assert bundle.former_fingerprint == digest_of(bundle.network) != bundle.fingerprint


@pytest.mark.parametrize("name", ["fashion-mnist", "clothing-photos"])
def test_a_shipped_bundle_loads_without_the_file_to_train_on_from(name, tmp_path):
    shipped = resolve_bundle(name)
    for path in shipped.iterdir():
        if not path.name.endswith(".h5"):
            copyfile(path, tmp_path / path.name)

    assert load_bundle(tmp_path).fingerprint == load_bundle(shipped).fingerprint


def test_a_changed_file_to_train_on_from_is_noticed_by_training(bundle):
    (bundle.path / "model.weights.h5").write_bytes(b"weights")
    write_bundle_json(bundle)
    (bundle.path / "model.weights.h5").write_bytes(b"changed")

    loaded = load_bundle(bundle.path)

    with pytest.raises(BadBundle, match="was changed"):
        check_training_files(loaded.path, loaded.files)


def keep_weights_apart(bundle):
    """Move a network's weights to a file of their own beside it."""
    model = onnx.load(bundle.network)
    convert_model_to_external_data(model, location="weights.bin", size_threshold=16)
    bundle.network.unlink()
    onnx.save(model, bundle.network)


def test_weights_in_a_listed_file_are_used(bundle):
    [before] = OnnxEncoder(bundle, threads=1).read([plain_photo()])
    keep_weights_apart(bundle)
    write_bundle_json(bundle)

    [after] = OnnxEncoder(load_bundle(bundle.path), threads=1).read([plain_photo()])

    np.testing.assert_allclose(after.embedding, before.embedding, atol=1e-6)


def test_weights_in_a_file_that_is_not_listed_are_not_used(bundle, monkeypatch):
    keep_weights_apart(bundle)
    write_bundle_json(bundle)
    edit(bundle, lambda told: told["files"].pop("weights.bin"))
    monkeypatch.chdir(bundle.path)  # where a runtime might look for it

    with pytest.raises(BadBundle, match="cannot be loaded"):
        OnnxEncoder(load_bundle(bundle.path), threads=1).warm_up()


def test_what_runs_is_what_was_checked(bundle):
    encoder = OnnxEncoder(bundle, threads=1)
    bundle.network.write_bytes(bundle.network.read_bytes() + b"\0")

    with pytest.raises(BadBundle, match="was changed"):
        encoder.warm_up()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda told: told["input"].update(height=10**7, width=10**7), "whole pixels a side"),
        (lambda told: told["input"].update(height=True), "whole pixels a side"),
        (lambda told: told["input"].update(channels=True), "channels"),
        (lambda told: told.update(embedding_dim=10**30), "an embedding of"),
        (lambda told: told.update(embedding_dim=16.0), "an embedding of"),
        (lambda told: told.update(temperature=1e-300), "temperatures"),
        (lambda told: told.update(temperature=10**400), "misstates"),
        (lambda told: told["similarity"].update(slope=1e300), "numbers to judge by"),
        (lambda told: told["rejection"].update(garment_threshold=1.01), "threshold of 0 to 1"),
        (lambda told: told["rejection"].update(garment_threshold=-5), "threshold of 0 to 1"),
        (lambda told: told.update(labels="ab"), "labels are a list"),
        (lambda told: told.update(labels=[1, 2]), "labels are a list"),
        (lambda told: told.update(labels=[f"l{n}" for n in range(10_001)]), "labels, each once"),
        (lambda told: told["files"].update({"x" * 10**5: "no digest"}), "has no SHA-256"),
        (lambda told: told["files"].update({f"f{n}": "0" * 64 for n in range(2000)}), "at most"),
        (lambda told: told["files"].update({"sub": "0" * 64}), "no regular file"),
        *(
            (lambda told, name=name: told["files"].update({name: "0" * 64}), "no name of a file")
            for name in (
                "../outside",
                "/outside",
                "a/../../b",
                "a\0b",
                "\ud800",
                "a\\b",
                "a//b",
                "",
            )
        ),
    ],
)
def test_what_is_out_of_bounds_is_refused_in_a_line(bundle, change, rule):
    (bundle.path / "sub").mkdir()
    edit(bundle, change)

    with pytest.raises(BadBundle, match=rule) as raised:
        load_bundle(bundle.path)

    assert len(str(raised.value)) < 1000
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "x" * 65,
        " shirt",
        "shirt\t",
        "red\x1b[31m",
        "sh\u202eirt",
        "sh\u200birt",
        "<script>alert(1)</script>",
        "\ud800",
        "a\nb",
    ],
)
@pytest.mark.parametrize("where", ["label", "name", "parent"])
def test_a_name_that_is_not_what_it_shows_is_refused(bundle, label, where):
    def change(told):
        if where == "label":
            told["labels"][0] = label
        elif where == "name":
            told["name"] = label
        else:
            told["tree"] = {told["labels"][0]: label}

    edit(bundle, change)

    with pytest.raises(BadBundle):
        load_bundle(bundle.path)


@pytest.mark.parametrize(
    "label", ["T-shirt/top", "Röcke & Kleider", "шуба", "\u0628\u200c\u0627", "50 %"]
)
def test_a_name_of_any_language_is_taken(tmp_path, label):
    assert make_bundle(tmp_path, labels=(label, "other")).labels[0] == label


@pytest.mark.parametrize("depth", [40, 100_000])
def test_a_description_that_goes_too_deep_is_refused(bundle, depth):
    path = bundle.path / "bundle.json"
    path.write_text(path.read_text().rstrip()[:-1] + ', "x": ' + "[" * depth + "]" * depth + "}")

    with pytest.raises(BadBundle):
        load_bundle(bundle.path)


def test_a_description_that_is_too_large_is_refused_unread(bundle):
    with (bundle.path / "bundle.json").open("ab") as file:
        file.truncate(5 * 2**20)

    with pytest.raises(BadBundle, match="5,242,880 bytes"):
        load_bundle(bundle.path)


def test_a_link_out_of_the_folder_is_no_file_of_a_bundle(bundle):
    (bundle.path / "link.txt").symlink_to(bundle.path.parent / "outside.txt")
    (bundle.path.parent / "outside.txt").write_text("not of the bundle")
    edit(bundle, lambda told: told["files"].update({"link.txt": "0" * 64}))

    with pytest.raises(BadBundle, match="of its own"):
        load_bundle(bundle.path)


def test_a_pipe_is_no_file_of_a_bundle(bundle):
    bundle.network.unlink()
    os.mkfifo(bundle.network)

    with pytest.raises(BadBundle, match="no regular file"):
        load_bundle(bundle.path)


def test_a_bundle_of_colours_is_another_than_one_without(tmp_path):
    plain = make_bundle(tmp_path / "plain")
    named = make_bundle(tmp_path / "colours", colours=COLOUR_NAMES)

    write_bundle_json(replace(named, colours=(*COLOUR_NAMES[:-1], "grey")))

    fingerprints = {plain.fingerprint, named.fingerprint, load_bundle(named.path).fingerprint}
    assert len(fingerprints) == 3
