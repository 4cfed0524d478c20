"""Colours that a file describes by numbers instead of a profile, brought into a profile.

HEIC, AVIF and PNG may name their primaries and their transfer function by the code points of
ITU-T H.273, an older PNG by chromaticities and a gamma. One profile each of these makes all of
them the business of the colour management that knows profiles.
"""

import struct
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from embeddings.decoding.facts import Colours

_Curve = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
_WHITE = (0.3127, 0.3290)  # D65
_SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
# Code points of primaries; all others (601's among them) are so near sRGB's that browsers, too,
# take them for those.
_PRIMARIES = {
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),  # BT.2020
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),  # P3, with the white of D65
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_REFERENCE_WHITE = 203.0  # cd/m2 of an HDR picture that an SDR screen shows as white: BT.2408
_BRIGHTEST_PQ, _BRIGHTEST_HLG = 10_000.0, 1000.0  # cd/m2
_NEAR_SRGB = 45455, 0.05  # a PNG's usual gamma times 100000, and how near to it is as good
_SRGB_PRIMARIES = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)  # its usual cHRM
_NEAR_PRIMARIES = 1000  # programs round them
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
_STEPS = 4096


def colours_of_points(primaries: int, transfer: int) -> Colours | None:
    """Return what H.273's code points mean; None where it is sRGB, or as good as that."""
    curve = _TRANSFERS.get(transfer)
    if curve is None and primaries not in _PRIMARIES:
        return None
    return Colours(_profile_of_points(primaries, transfer), made=True)


def colours_of_gamma(gamma: int, primaries: tuple[int, ...] | None) -> Colours | None:
    """Return what a PNG's gAMA and cHRM mean, both times 100000; None where it is sRGB."""
    usual, tolerance = _NEAR_SRGB
    if not 1000 <= gamma <= 1_000_000:
        return None
    if abs(gamma / usual - 1) <= tolerance and _are_srgbs(primaries):
        return None
    return Colours(_profile_of_gamma(gamma, primaries), made=True)


def _are_srgbs(primaries: tuple[int, ...] | None) -> bool:
    if primaries is None:
        return True
    pairs = zip(primaries, _SRGB_PRIMARIES, strict=True)
    return all(abs(value - usual) <= _NEAR_PRIMARIES for value, usual in pairs)


@lru_cache(maxsize=32)
def _profile_of_points(primaries: int, transfer: int) -> bytes:
    return _profile(_PRIMARIES.get(primaries, _SRGB), _WHITE, _TRANSFERS.get(transfer, _srgb))


@lru_cache(maxsize=32)
def _profile_of_gamma(gamma: int, primaries: tuple[int, ...] | None) -> bytes:
    exponent = 100_000 / gamma
    given = [number / 100_000 for number in primaries or ()]
    if given and all(0 < y < 1 for y in given[1::2]):
        points = list(zip(given[::2], given[1::2], strict=True))
        try:
            return _profile((points[1], points[2], points[3]), points[0], lambda x: x**exponent)
        except np.linalg.LinAlgError:  # primaries in one line span no colours
            pass
    return _profile(_SRGB, _WHITE, lambda x: x**exponent)


def _srgb(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def _pq(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return SMPTE ST 2084's light, 1 being the reference white; brighter is cut off."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    root = x ** (1 / m2)
    light = (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    return np.minimum(light * _BRIGHTEST_PQ / _REFERENCE_WHITE, 1)


def _hlg(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return hybrid log-gamma's light on a screen of 1000 cd/m2, as `_pq` does."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(x <= 0.5, x * x / 3, (np.exp((x - c) / a) + b) / 12)
    return np.minimum(scene**1.2 * _BRIGHTEST_HLG / _REFERENCE_WHITE, 1)


_TRANSFERS: dict[int, _Curve] = {
    4: lambda x: x**2.2,
    5: lambda x: x**2.8,
    8: lambda x: x,
    16: _pq,
    18: _hlg,
}
"""By code point. Those left out are sRGB's, or a camera's that is shown as if it were."""


def _profile(
    primaries: tuple[tuple[float, float], ...], white: tuple[float, float], curve: _Curve
) -> bytes:
    """Write an ICC profile of version 2: three primaries in D50, one curve for all (ICC.1:2001)."""
    columns = _to_d50(_xyz(white)) @ _rgb_to_xyz(primaries, white)
    light = curve(np.linspace(0, 1, _STEPS))
    words = np.round(np.clip(light, 0, 1) * 65535).astype(">u2").tobytes()
    tags = {
        b"desc": _described(b"made of code points"),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _point(_D50),
        b"rXYZ": _point(columns[:, 0]),
        b"gXYZ": _point(columns[:, 1]),
        b"bXYZ": _point(columns[:, 2]),
        b"rTRC": b"curv\0\0\0\0" + struct.pack(">I", _STEPS) + words,
    }
    table, body = b"", b""
    begin = 128 + 4 + 12 * (len(tags) + 2)
    places = {}
    for name, content in tags.items():
        places[name] = (begin + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    places[b"gTRC"] = places[b"bTRC"] = places[b"rTRC"]
    for name, place in places.items():
        table += struct.pack(">4sII", name, *place)
    size = begin + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += _point(_D50)[8:] + bytes(48)
    return header + struct.pack(">I", len(places)) + table + body


def _xyz(point: tuple[float, float]) -> npt.NDArray[np.float64]:
    x, y = point
    return np.array([x / y, 1, (1 - x - y) / y])


def _rgb_to_xyz(
    primaries: tuple[tuple[float, float], ...], white: tuple[float, float]
) -> npt.NDArray[np.floating]:
    columns = np.stack([_xyz(point) for point in primaries], axis=1)
    return columns * np.linalg.solve(columns, _xyz(white))


def _to_d50(white: npt.NDArray[np.float64]) -> npt.NDArray[np.floating]:
    gains = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    return np.linalg.solve(_BRADFORD, gains @ _BRADFORD)


def _point(xyz: npt.NDArray[np.floating]) -> bytes:
    fixed = [int(np.clip(round(float(value) * 65536), -(2**31), 2**31 - 1)) for value in xyz]
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *fixed)


def _described(text: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + bytes(1 + 4 + 4 + 2 + 1 + 67)
