"""Pictures that went wrong by accident or on purpose, without end and the same for one seed."""

import random
import struct
import zlib
from collections.abc import Callable, Iterator

from tests.pictures import encoded, good_pictures, refused_files, scene

PNG = b"\x89PNG\r\n\x1a\n"


def malformed_pictures(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Give `count` (description, file): known troublemakers first, then random damage."""
    crafted = list((refused_files() | liars() | broken_metadata() | polyglots()).items())
    yield from crafted[:count]
    chance = random.Random(seed)
    good = good_pictures()
    names = list(good)
    for number in range(len(crafted), count):
        name = names[number % len(names)]
        damage = chance.choice(DAMAGES)
        yield f"{name}, {damage.__name__} ({number})", damage(good[name], chance)


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """Build a PNG of (type, data) chunks with right checksums."""
    return PNG + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def header(width: int, height: int, depth: int = 8, colour: int = 2) -> tuple[bytes, bytes]:
    """Build a PNG's header chunk."""
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def liars() -> dict[str, bytes]:
    """Give pictures whose header lies about their size, or tells an enormous one."""
    small = (b"IDAT", zlib.compress(bytes(100)))
    end = (b"IEND", b"")
    jpeg = good_pictures()["jpeg"]
    at = jpeg.index(b"\xff\xc0") + 5  # height and width in the frame header
    gif, bmp = good_pictures()["gif"], good_pictures()["bmp"]
    canvas = struct.pack("<I", 0)[:4] + b"\xff\x3f\0" + b"\xff\x3f\0"
    vp8x = b"WEBPVP8X" + struct.pack("<I", 10) + canvas
    return {
        "png of 50000 x 50000": png(header(50000, 50000), small, end),
        "png of 2**31 x 2**31": png(header(2**31 - 1, 2**31 - 1), small, end),
        "png of 2**32 x 1": png(header(2**32 - 1, 1), small, end),
        "png of 0 x 0": png(header(0, 0), small, end),
        "png of 0 x 9": png(header(0, 9), small, end),
        "png of 9000 x 9000 that says so": png(
            header(9000, 9000, 1, 0), (b"IDAT", zlib.compress(bytes(9000 * 1126), 9)), end
        ),
        "png with too little": png(header(100, 100), small, end),
        "png with too much": png(header(2, 2), (b"IDAT", zlib.compress(bytes(10**6))), end),
        "png without data": png(header(10, 10), end),
        "png without header": png(small, end),
        "png with two headers": png(header(10, 10), header(9999, 9999), small, end),
        "png of no such depth": png(header(10, 10, 7), small, end),
        "png without palette": png(header(10, 10, 8, 3), small, end),
        "png of a signature": PNG,
        "png with a text bomb": png(
            header(4, 4), (b"zTXt", b"a\0\0" + zlib.compress(bytes(5 * 10**7))), small, end
        ),
        "jpeg of 65535 x 65535": jpeg[:at] + b"\xff\xff\xff\xff" + jpeg[at + 4 :],
        "jpeg of 0 x 0": jpeg[:at] + bytes(4) + jpeg[at + 4 :],
        "jpeg of 1 x 65535": jpeg[:at] + b"\xff\xff\0\1" + jpeg[at + 4 :],
        "jpeg without end": jpeg[:-2],
        "jpeg of three bytes": jpeg[:3],
        "gif of 65535 x 65535": gif[:6] + b"\xff\xff\xff\xff" + gif[10:],
        "gif of 0 x 0": gif[:6] + bytes(4) + gif[10:],
        "gif of a signature": b"GIF89a",
        "bmp of 2**31 x 2**31": bmp[:18] + b"\xff\xff\xff\x7f" * 2 + bmp[26:],
        "bmp upside down": bmp[:22] + struct.pack("<i", -36) + bmp[26:],
        "bmp of -2**31": bmp[:22] + struct.pack("<i", -(2**31)) + bmp[26:],
        "bmp of 0 x 0": bmp[:18] + bytes(8) + bmp[26:],
        "bmp of two letters": b"BM",
        "webp of 16384 x 16384": b"RIFF" + struct.pack("<I", len(vp8x)) + vp8x,
        "webp of a signature": b"RIFF\0\0\0\0WEBP",
        "avif of a box": b"\0\0\0\x14ftypavif\0\0\0\0avif",
        "heic of a box": b"\0\0\0\x14ftypheic\0\0\0\0mif1",
        "a box of no size": b"\0\0\0\0ftypheic" + bytes(64),
        "a box without end": b"\xff\xff\xff\xffftypavif" + bytes(64),
    }


def broken_metadata() -> dict[str, bytes]:
    """Give pictures whose EXIF or colour profile makes no sense."""
    image = scene()
    loop = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0"
    text = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\1\2\0\4\0\0\0six\0\0\0\0\0"
    huge = b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\1\3\0\xff\xff\xff\xff\6\0\0\0"
    return {
        "exif of noise": encoded(image, "JPEG", exif=b"Exif\0\0" + bytes(range(64))),
        "exif that points to itself": encoded(image, "JPEG", exif=loop),
        "exif with a word as orientation": encoded(image, "JPEG", exif=text),
        "exif of a huge count": encoded(image, "JPEG", exif=huge),
        "exif cut short": encoded(image, "WEBP", exif=b"Exif\0\0II*"),
        "profile of noise": encoded(image, "JPEG", icc_profile=bytes(range(256)) * 2),
        "profile of one byte": encoded(image, "PNG", icc_profile=b"x"),
        "profile of a megabyte": encoded(image, "WEBP", icc_profile=b"acsp" * 2**18),
        "profile cut short": png(
            header(1, 1), (b"iCCP", b"x\0\0x"), (b"IDAT", zlib.compress(bytes(4))), (b"IEND", b"")
        ),
    }


def polyglots() -> dict[str, bytes]:
    """Give files that are two things at once."""
    good = good_pictures()
    return {
        "gif that is javascript": b"GIF89a/*" + good["gif"][8:] + b"*/=1;alert(1)",
        "jpeg with a zip behind": good["jpeg"] + b"PK\3\4" + bytes(50),
        "png with html behind": good["png"] + b"<script>alert(1)</script>",
        "bmp that is text": b"BMy wife and I like this coat.",
        "jpeg in a png's clothes": good["png"][:33] + good["jpeg"],
        "png in a jpeg's clothes": good["jpeg"][:20] + good["png"],
        "picture behind a blank": b"\n" + good["png"],
        "riff that is a sound": b"RIFF\x24\0\0\0WAVEfmt " + bytes(28),
        "ftyp that is a film": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(64),
    }


def cut_short(data: bytes, chance: random.Random) -> bytes:
    """Cut a file somewhere."""
    return data[: chance.randrange(len(data))]


def bytes_changed(data: bytes, chance: random.Random) -> bytes:
    """Change a few bytes anywhere."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def header_changed(data: bytes, chance: random.Random) -> bytes:
    """Change a few bytes among the first, where sizes and kinds stand."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(min(len(changed), 64))] = chance.choice((0, 1, 127, 128, 255))
    return bytes(changed)


def part_lost(data: bytes, chance: random.Random) -> bytes:
    """Leave out a part."""
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 60) :]


def part_doubled(data: bytes, chance: random.Random) -> bytes:
    """Repeat a part."""
    start = chance.randrange(len(data))
    return data[: start + chance.randint(1, 200)] + data[start:]


def number_made_huge(data: bytes, chance: random.Random) -> bytes:
    """Put the largest number of two or four bytes somewhere."""
    at, size = chance.randrange(len(data)), chance.choice((2, 4))
    return data[:at] + b"\xff" * size + data[at + size :]


def chunk_changed(data: bytes, chance: random.Random) -> bytes:
    """Change a PNG's chunk and mend its checksum, so that it is looked at; else change bytes."""
    changed = bytes_changed(data, chance)
    if not data.startswith(PNG):
        return changed
    chunks, at = [], len(PNG)
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + size]))
        at += 12 + size
    which = chance.randrange(len(chunks))
    kind, content = chunks[which]
    chunks[which] = (kind, bytes_changed(content, chance) if content else b"\0")
    return png(*chunks)


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut_short,
    bytes_changed,
    header_changed,
    part_lost,
    part_doubled,
    number_made_huge,
    chunk_changed,
)
