"""Views of a garment as others might have taken it: on another ground, turned, relit, packed."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from embeddings.types import Pixels
from training.recipes.garments.pictures.cutouts import Cover
from training.recipes.garments.pictures.grounds import Rng

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_WHITE = (255, 255, 255)
_SHOP_WHITE = 243


@dataclass(frozen=True, slots=True)
class Moves:
    """How far a view may lie from the photo; each number is drawn anew for each view."""

    zoom: tuple[float, float] = (0.85, 1.45)  # 1: the whole photo fills the view exactly
    filled: tuple[float, float] = (0.5, 0.98)  # of the view, by a garment on another ground
    turn_degrees: float = 10.0  # the spread of a normal distribution
    laid_degrees: float = 22.0  # the same, of a garment on another ground
    quarter_turn: float = 0.05
    stretch: float = 0.12
    shift: float = 0.1  # of a side, either way
    light: float = 0.25
    colour: float = 0.2
    tint: float = 0.06
    blur: float = 0.12
    packed: float = 0.4  # how often it is compressed once more


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One view and where the garment is in it."""

    pixels: Pixels  # (height, width, 3)
    cover: Cover | None  # (height, width), where it is known


def draw_view(
    photo: Pixels, cover: Cover | None, side: tuple[int, int], moves: Moves, rng: Rng
) -> View:
    """Draw a view of a whole photo: cropped, turned, mirrored, relit."""
    height, width = side
    fit = min(height / photo.shape[0], width / photo.shape[1])
    zoom = float(np.exp(rng.uniform(*np.log(moves.zoom))))
    angle = rng.normal(0, moves.turn_degrees)
    matrix = _matrix((photo.shape[1] / 2, photo.shape[0] / 2), fit * zoom, angle, side, moves, rng)
    # Beyond its edge a shop's ground goes on white, a room as a mirror shows it.
    edge = np.concatenate([photo[0], photo[-1], photo[:, 0], photo[:, -1]])
    beyond = cv2.BORDER_CONSTANT if np.median(edge) >= _SHOP_WHITE else cv2.BORDER_REFLECT_101
    pixels = cv2.warpAffine(
        photo,
        matrix,
        (width, height),
        flags=cv2.INTER_AREA,
        borderMode=beyond,
        borderValue=_WHITE,
    )
    covered = None
    if cover is not None:
        full = cv2.resize(cover, photo.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        covered = cv2.warpAffine(full, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return View(_finished(pixels, moves, rng), covered)


def lay_on(photo: Pixels, cover: Cover, ground: Pixels, moves: Moves, rng: Rng) -> View:
    """Draw a view of the garment alone, laid on a ground `(height, width, 3)`."""
    height, width = ground.shape[:2]
    full = cv2.resize(cover, photo.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    rows, columns = np.flatnonzero(full.max(axis=1) > 127), np.flatnonzero(full.max(axis=0) > 127)
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    fit = min(height / (bottom - top), width / (right - left))
    angle = rng.normal(0, moves.laid_degrees)
    scale = fit * rng.uniform(*moves.filled)
    centre = ((left + right) / 2, (top + bottom) / 2)
    matrix = _matrix(centre, scale, angle, (height, width), moves, rng)
    pixels = cv2.warpAffine(photo, matrix, (width, height), flags=cv2.INTER_AREA)
    covered = cv2.warpAffine(full, matrix, (width, height), flags=cv2.INTER_LINEAR)
    # The rim of a cut-out shows its old ground: it is cut a little within.
    alpha = cv2.GaussianBlur(cv2.erode(covered, np.ones((3, 3), np.uint8)), (0, 0), 0.8)
    weight = alpha.astype(np.float32)[..., None] / 255
    garment = _relit(pixels.astype(np.float32), moves, rng, share=0.5)
    laid: Pixels = np.clip(
        garment * weight + _shaded(ground, alpha, rng) * (1 - weight), 0, 255
    ).astype(np.uint8)
    return View(_finished(laid, moves, rng, share=0.7), covered)


def _matrix(
    centre: tuple[float, float],
    scale: float,
    angle: float,
    side: tuple[int, int],
    moves: Moves,
    rng: Rng,
) -> npt.NDArray[np.float64]:
    """Return the affine map that brings `centre` near the middle of a view of this size."""
    height, width = side
    if rng.random() < moves.quarter_turn:
        angle += rng.choice([-90, 90])
    turn = np.deg2rad(angle)
    stretch = np.exp(rng.uniform(-moves.stretch, moves.stretch) / 2)
    mirror = rng.choice([-1.0, 1.0])
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotate @ np.diag([mirror * stretch, 1 / stretch]) * scale
    aim = np.array([width, height]) * (0.5 + rng.uniform(-moves.shift, moves.shift, 2))
    return np.column_stack([matrix, aim - matrix @ np.array(centre)])


def _shaded(ground: Pixels, alpha: Cover, rng: Rng) -> npt.NDArray[np.float32]:
    """Cast a soft shadow beside the garment."""
    soft = cv2.GaussianBlur(alpha, (0, 0), rng.uniform(2, 7)).astype(np.float32) / 255
    move = np.array([[1, 0, rng.uniform(-5, 5)], [0, 1, rng.uniform(-2, 6)]], dtype=np.float32)
    soft = cv2.warpAffine(soft, move, alpha.shape[1::-1])
    shaded: npt.NDArray[np.float32] = ground * (1 - rng.uniform(0, 0.5) * soft[..., None])
    return shaded


def _relit(
    pixels: npt.NDArray[np.float32], moves: Moves, rng: Rng, share: float
) -> npt.NDArray[np.float32]:
    """Change brightness, contrast, saturation and tint, by `share` of what is allowed."""
    bright, contrast = 1 + share * rng.uniform(-moves.light, moves.light, 2)
    kept = 1 + share * rng.uniform(-moves.colour, moves.colour)
    tints = (1 + share * rng.uniform(-moves.tint, moves.tint, 3)).astype(np.float32)
    grey = (pixels @ _LUMA)[..., None]
    lit = (grey + kept * (pixels - grey)) * (bright * tints)
    relit: npt.NDArray[np.float32] = ((lit - 127.5) * contrast + 127.5).astype(np.float32)
    return relit


def _finished(pixels: Pixels, moves: Moves, rng: Rng, share: float = 1.0) -> Pixels:
    """Relight a whole view, put it out of focus at times, and pack it as messengers do."""
    lit = np.clip(_relit(pixels.astype(np.float32), moves, rng, share), 0, 255).astype(np.uint8)
    if rng.random() < moves.blur:
        lit = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < moves.packed:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(45, 92))]
        packed = cv2.imdecode(cv2.imencode(".jpg", lit, quality)[1], cv2.IMREAD_COLOR)
        lit = np.asarray(packed, dtype=np.uint8)
    return np.ascontiguousarray(lit)
