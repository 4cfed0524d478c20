import io
import zipfile
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from embeddings.errors import DatasetUnavailable
from training.errors import BadData
from training.others.fetch import fetch_other_things
from training.others.gather import gather, pictures_in
from training.others.real import (
    OtherThing,
    default_folder,
    fit_kinds,
    judged_kinds,
    load_other_things,
    other_photos,
    show,
)
from training.others.sources import SOURCES, kinds, packages

BROAD = {"animals", "food", "objects", "landscapes", "plants", "faces and hands", "drawings"}
BY_NAME = {source.name: source for source in SOURCES}


def picture(seed, mode="RGB", side=48):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (side, side, len(mode)), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels, mode).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def home(tmp_path):
    """Six pictures for every source."""
    for number, source in enumerate(SOURCES):
        (tmp_path / source.name).mkdir()
        for index in range(6):
            content = picture(100 * number + index)
            (tmp_path / source.name / f"{index}.png").write_bytes(content)
    return tmp_path


def test_every_broad_kind_is_fitted_on_and_judged_by():
    assert set(kinds(judged=False)) >= BROAD
    assert set(kinds(judged=True)) >= BROAD


def test_no_source_comes_twice_and_each_states_its_licence():
    assert max(Counter(source.name for source in SOURCES).values()) == 1
    assert all(source.licence and source.package for source in SOURCES)


def test_a_real_kind_is_not_called_like_a_drawn_one():
    assert max(Counter(fit_kinds()).values()) == 1
    assert max(Counter(judged_kinds()).values()) == 1


def test_every_picture_is_listed_with_its_source(home):
    things = load_other_things(home)

    assert len(things) == 6 * len(SOURCES)
    assert {thing.source for thing in things} == set(SOURCES)


def test_missing_packages_are_named(home):
    for path in (home / "clipart").iterdir():
        path.unlink()

    with pytest.raises(DatasetUnavailable, match=r"openclipart-png.*LOOKALIKE_OTHER_THINGS"):
        load_other_things(home)


def test_the_setting_names_the_folder():
    assert default_folder({"LOOKALIKE_OTHER_THINGS": "/some/place"}).as_posix() == "/some/place"
    assert default_folder({}).name == "other-things"


def test_what_is_fitted_on_is_never_judged_by(home):
    things = load_other_things(home)

    def shown(side):
        names = kinds(judged=side)
        photos = other_photos(names, 1000, 0, judged=side, things=things)
        return {photo.pixels.tobytes() for _, photo in photos}

    assert shown(False) & shown(True) == set()


def test_pictures_repeat_themselves_and_come_once_each(home):
    things = load_other_things(home)

    def drawn(seed):
        photos = other_photos(["animals", "noise"], 5, seed, judged=False, things=things)
        return [(kind, photo.pixels.tobytes()) for kind, photo in photos]

    assert drawn(1) == drawn(1) != drawn(2)
    assert Counter(kind for kind, _ in drawn(1)) == {"animals": 5, "noise": 5}
    assert len(set(drawn(1))) == 10


def test_a_kind_of_the_other_side_is_refused():
    with pytest.raises(ValueError, match="a kind is one of"):
        list(other_photos(["shapes"], 1, 0, judged=False, things=[]))


def test_what_is_cut_out_lies_on_white_or_on_a_surface(tmp_path):
    pixels = np.zeros((160, 160, 4), dtype=np.uint8)
    pixels[40:120, 40:120] = (200, 30, 40, 255)
    Image.fromarray(pixels, "RGBA").save(tmp_path / "stamp.png")
    thing = OtherThing(tmp_path / "stamp.png", BY_NAME["stamps-fruit"])

    shown = [show(thing, np.random.default_rng(seed)).pixels for seed in range(40)]

    on_white = [photo for photo in shown if (photo[0, 0] > 250).all()]
    assert 20 <= len(on_white) < 40
    assert all(np.abs(photo[80, 80] - (200.0, 30, 40)).max() < 12 for photo in shown)


def test_half_of_the_pictures_are_shown_as_sent_on(tmp_path):
    (tmp_path / "large.png").write_bytes(picture(1, side=600))
    thing = OtherThing(tmp_path / "large.png", BY_NAME["gcompris-tools"])

    sides = [show(thing, np.random.default_rng(seed)).pixels.shape[0] for seed in range(40)]

    assert set(sides) == {256, 448}
    assert 10 <= sides.count(256) <= 30


def test_a_package_gives_what_its_sources_ask_for(tmp_path):
    photos = tmp_path / "unpacked/usr/share/plasma/avatars/photos"
    docs = tmp_path / "unpacked/usr/share/doc/HTML/en"
    for folder in (photos, docs):
        folder.mkdir(parents=True)
    for number, name in enumerate(("Cat.png", "Astronaut.png", "Owl & Cat.png")):
        (photos / name).write_bytes(picture(number))
    (photos / "Copy.png").write_bytes(picture(0))
    (docs / "screen.png").write_bytes(picture(9))
    (docs / "link.png").symlink_to("/etc/hostname")

    gather(tmp_path / "unpacked", "plasma-workspace-data", tmp_path / "home")

    found = sorted(path.name for path in (tmp_path / "home").glob("avatars-plasma/*"))
    assert found == ["0000-Cat.png", "0001-Owl-Cat.png"]
    assert len(list((tmp_path / "home").glob("screens-plasma/*"))) == 1


def test_a_source_that_finds_nothing_is_an_error_and_leaves_nothing(tmp_path):
    (tmp_path / "unpacked").mkdir()

    with pytest.raises(BadData, match="avatars-dde"):
        gather(tmp_path / "unpacked", "dde-account-faces", tmp_path / "home")

    assert list((tmp_path / "home").iterdir()) == []


def test_pictures_in_an_archive_are_found(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.sh3f", "w") as archive:
        archive.writestr("scopia/chair.png", picture(1))
        archive.writestr("../../outside.png", picture(2))
        archive.writestr("scopia/chair.obj", b"v 0 0 0" * 1000)

    found = [path for path, _ in pictures_in(tmp_path)]

    assert found == ["all.sh3f!../../outside.png", "all.sh3f!scopia/chair.png"]


def test_a_broken_archive_is_an_error(tmp_path):
    (tmp_path / "all.sh3f").write_bytes(b"no archive" * 1000)

    with pytest.raises(BadData, match="cannot be unpacked"):
        list(pictures_in(tmp_path))


def test_fetching_goes_on_past_a_package_that_cannot_be_had(home, tmp_path):
    for name in ("clipart", "avatars-dde"):
        for path in (home / name).iterdir():
            path.unlink()
    asked = []

    def unpack(package, folder):
        asked.append(package)
        if package == "openclipart-png":
            raise DatasetUnavailable("no such package")
        place = folder / "unpacked/icons/bigger"
        place.mkdir(parents=True)
        (place / "1.png").write_bytes(picture(5))
        return folder / "unpacked"

    with pytest.raises(DatasetUnavailable, match="openclipart-png: no such package"):
        fetch_other_things(folder=home, unpack=unpack)

    assert sorted(asked) == ["dde-account-faces", "openclipart-png"]
    assert [path.name for path in (home / "avatars-dde").iterdir()] == ["0000-1.png"]


def test_what_is_there_is_not_fetched_again(home):
    def unpack(package, folder):
        raise AssertionError(f"{package} is there")

    told = []

    folder = fetch_other_things(lambda *step: told.append(step), home, unpack)

    assert folder == home
    assert len(told) == 2 * len(packages())
