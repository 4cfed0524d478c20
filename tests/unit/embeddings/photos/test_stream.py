import threading
import tracemalloc

import pytest
from PIL import Image

from embeddings.errors import PhotoTooLarge, UnreadablePhoto
from embeddings.limits import PhotoLimits
from embeddings.photos.stream import read_stream
from embeddings.reading.encoder import OnnxEncoder
from tests.fakes import MeanColourEncoder, plain_picture
from tests.malformed import malformed_pictures
from tests.pictures import encoded, scene
from tests.tiny_bundle import make_bundle
from tests.waiting import PATIENCE_S


def colours(count):
    for number in range(count):
        yield number, plain_picture((number % 256, 100, 7))


def test_results_come_in_the_order_of_the_sources():
    items = list(read_stream(colours(500), MeanColourEncoder(), threads=4))

    assert [item.key for item in items] == list(range(500))
    assert [item.photo.pixels[0, 0, 0] for item in items] == [n % 256 for n in range(500)]
    assert [item.reading.logits[0] * 25.5 for item in items] == pytest.approx(
        [n % 256 for n in range(500)], abs=1e-3
    )


def test_no_sources_give_no_results():
    assert list(read_stream([], MeanColourEncoder())) == []


def test_a_broken_picture_is_an_error_of_its_own():
    sources = [("good", plain_picture()), ("bad", b"no picture"), ("fine", plain_picture())]

    good, bad, fine = read_stream(sources, MeanColourEncoder())

    assert (good.key, bad.key, fine.key) == ("good", "bad", "fine")
    assert (bad.photo, bad.reading) == (None, None)
    assert isinstance(bad.error, UnreadablePhoto)
    assert good.error is None
    assert fine.reading is not None


def test_files_are_read_and_missing_ones_are_reported(tmp_path):
    (tmp_path / "a.png").write_bytes(plain_picture())
    (tmp_path / "folder.png").mkdir()
    paths = [tmp_path / "a.png", tmp_path / "b.png", tmp_path / "folder.png"]

    there, missing, folder = read_stream(((p.name, p) for p in paths), MeanColourEncoder())

    assert there.reading is not None
    assert "No such file" in str(missing.error)
    assert "no regular file" in str(folder.error)


def test_limits_hold_for_files_and_bytes(tmp_path):
    data = plain_picture(side=300)
    (tmp_path / "a.png").write_bytes(data)
    limits = PhotoLimits(max_bytes=len(data) - 1)

    for source in (data, tmp_path / "a.png"):
        [item] = read_stream([(1, source)], MeanColourEncoder(), limits)
        assert isinstance(item.error, PhotoTooLarge)


def test_photos_are_shrunk_or_not_kept_as_asked():
    data = encoded(scene(600, 300), "JPEG")

    [shrunk] = read_stream([(1, data)], MeanColourEncoder(), useful_side=100)
    [dropped] = read_stream([(1, data)], MeanColourEncoder(), keep_photos=False)

    assert shrunk.photo.pixels.shape == (50, 100, 3)
    assert dropped.photo is None
    assert dropped.reading is not None


def test_sources_are_drawn_only_as_results_are_taken():
    drawn = []

    def endless():
        while True:
            drawn.append(1)
            yield len(drawn), plain_picture()

    stream = read_stream(endless(), MeanColourEncoder(), threads=2)
    for _ in range(10):
        next(stream)

    assert len(drawn) <= 64 * 8
    stream.close()


def test_closing_early_leaves_no_threads():
    before = threading.active_count()
    stream = read_stream(colours(5000), MeanColourEncoder(), threads=3)
    next(stream)

    stream.close()

    assert threading.active_count() == before


def test_an_error_in_the_network_or_the_sources_ends_the_stream():
    class Broken(MeanColourEncoder):
        def read(self, photos):
            raise RuntimeError("the network is out")

    def failing():
        yield 1, plain_picture()
        raise OSError("the disk is out")

    before = threading.active_count()
    with pytest.raises(RuntimeError, match="network is out"):
        list(read_stream(colours(300), Broken()))
    with pytest.raises(OSError, match="disk is out"):
        list(read_stream(failing(), MeanColourEncoder()))

    assert threading.active_count() == before


def test_memory_does_not_grow_with_the_number_of_sources():
    def peak(count):
        tracemalloc.start()
        for _ in read_stream(colours(count), MeanColourEncoder(), threads=2):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(600), peak(4800)

    assert many < 1.5 * few


def test_tiny_files_of_huge_pictures_stay_small_in_memory():
    side, count = 1500, 64
    bitmap = encoded(Image.new("1", (side, side)), "PNG")
    decoded = side * side * 3 * count

    tracemalloc.start()
    for _ in read_stream(
        ((n, bitmap) for n in range(count)), MeanColourEncoder(), keep_photos=False, threads=2
    ):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(bitmap) < 4096
    assert most < 0.7 * decoded


def test_tiny_and_large_files_keep_their_order():
    large = encoded(Image.effect_noise((300, 300), 90), "PNG")
    sources = [(n, large if n // 64 % 2 else plain_picture((n % 256, 0, 0))) for n in range(320)]

    items = list(read_stream(sources, MeanColourEncoder(), threads=3))

    assert [item.key for item in items] == list(range(320))
    assert {item.photo.pixels.shape[0] for item in items[:64]} != {300}
    assert {item.photo.pixels.shape[0] for item in items[64:128]} == {300}


def test_malformed_pictures_pass_through_a_real_network(tmp_path):
    encoder = OnnxEncoder(make_bundle(tmp_path / "tiny"), threads=1)
    limits = PhotoLimits(max_pixels=1_000_000)

    items = list(read_stream(malformed_pictures(600, seed=3), encoder, limits))

    assert len(items) == 600
    assert all((item.reading is None) != (item.error is None) for item in items)


def test_what_a_beat_raises_ends_the_stream_within_a_part():
    class Ended(Exception):
        pass

    gate, begun = threading.Event(), []

    class Waiting(MeanColourEncoder):
        """Reads nothing until it is let."""

        def read(self, photos):
            begun.append(len(photos))
            assert gate.wait(PATIENCE_S)
            return super().read(photos)

    def ended():
        gate.set()
        raise Ended

    large = encoded(Image.effect_noise((300, 300), 90), "PNG")  # not decoded by our thread
    before = threading.active_count()
    with pytest.raises(Ended):
        list(read_stream(((n, large) for n in range(40)), Waiting(), threads=2, beat=ended))

    assert 1 <= len(begun) <= 2  # what each thread had begun, of more parts than that
    assert threading.active_count() == before


def test_tiny_files_are_beaten_for_one_by_one():
    beaten = []

    list(read_stream(colours(30), MeanColourEncoder(), beat=lambda: beaten.append(1)))

    assert len(beaten) >= 30
