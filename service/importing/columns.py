"""The columns of a product table, and what a shop may call them instead."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from catalog.facts import FACTS
from embeddings.files import names
from embeddings.files.names import legible
from embeddings.tables.naming import in_part, is_read
from service.importing.report import ABOUT_ROWS, RowNote

COLUMNS = ("sku", "photo", *(fact.column for fact in FACTS), "category", "decided_by")
MORE_PHOTOS = tuple(f"{name}_{place}" for place in range(2, 10) for name in ("photo", "image"))
"""Further pictures, in the order in which a product shows them."""

# An export or a file of refused rows has them; an import does not need them, or only itself.
OF_THE_MODEL = ("confidence", "colour", "colour_confidence")
EXPORTED = ("decided_at", "photo_digests", *OF_THE_MODEL, *ABOUT_ROWS)

# As shop systems and people write them, without case, spaces and signs.
_CALLED = {
    "sku": "article articleid articleno articlenumber code codice codicearticolo codigo handle id "
    "indeks item itemid itemno itemnumber artikelnummer artikelnr artnr artno bestellnummer kod "
    "productcode productid ref reference referencia référence referentie símbolo variantsku",
    "photo": "image images imagelink imageurl imagesrc img picture pictures pic photos photourl "
    "imagefile picturefile photofile imagename bilddatei bildname "
    "bild bilder foto fotos imagen imágenes imagem immagine afbeelding zdjęcie zdjecie",
    **{fact.column: fact.synonyms for fact in FACTS},
    "category": "type producttype productcategory categories kategorie kategoria catégorie "
    "categorie categoría categoria department warengruppe gattung",
}
_MEANT = {name: column for column, called in _CALLED.items() for name in called.split()}
_PLACES = frozenset("123456789")  # of pictures
_LIKE = 0.75  # of difflib's ratio: one letter of four is another
_MEANT_AT_LAST = {
    "description": "title",
    "beschreibung": "title",
    "group": "category",
    "gruppe": "category",
}
# A short one is too like other words, and VK-Preis, which shoppers pay, like EK-Preis of the buyer.
_LONG = [name for name in _MEANT if len(name) > 5 and not name.startswith("vk")]
_LIKE_LONG = 0.85
_LOOKED_AT = 100  # characters
_NAMED = 8  # of the columns that are called otherwise
_MISREAD_MARK = "\u00ef\u00bb\u00bf"  # UTF-8's byte order mark, taken for Windows-1252


def meant_at_last_by(name: str) -> str | None:
    """Return the column that a shop may mean by a name where no other is that column."""
    return _MEANT_AT_LAST.get(_bare(name))


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", names.key(name))


def meant_by(name: str) -> str | None:
    """Return the column that a shop may mean by a name that is none."""
    bare = _bare(name)
    if bare in COLUMNS or bare in _MEANT:
        return _MEANT.get(bare, bare)
    numbered = bare[-1:] in _PLACES and not bare[-2:-1].isdigit()
    if numbered and meant_by(bare[:-1]) == "photo":
        return "photo" if bare[-1] == "1" else f"image_{bare[-1]}"
    if near := get_close_matches(bare[:_LOOKED_AT], COLUMNS, 1, _LIKE):
        return near[0]
    near = get_close_matches(bare[:_LOOKED_AT], _LONG, 1, _LIKE_LONG)
    return _MEANT[near[0]] if near else None


def is_of_pictures(name: str) -> bool:
    """Say whether a shop means pictures by a name, by whatever number; nothing is guessed."""
    bare = re.sub(r"[\W_]", "", names.key(name[:_LOOKED_AT])).rstrip("0123456789")
    return _MEANT.get(bare, bare) in ("photo", "additionalimagelink")


def notes_on(line: int, header: Collection[str]) -> Iterator[RowNote]:
    """Tell of each column that is left out, and which it may be."""
    unread = [name for name in header if not is_read(name)]
    if unread:
        some = ", ".join(f"'{in_part(name)[:60]}'" for name in unread[:_NAMED])
        more = f" and {len(unread) - _NAMED} more" if len(unread) > _NAMED else ""
        told = f"left out, as no UTF-8, are the columns {some}{more}"
        yield RowNote(line, "", f"{told}: {names.OTHER_ENCODING}")
    for name in header:
        if name in unread:
            continue
        if name in OF_THE_MODEL and "photo_digests" not in header:  # a shop's own, and no export
            told = f"the column '{name}' is left out: the model tells it"
            if name == "colour":
                told += "; the shop's own word goes into 'shop_colour'"
            yield RowNote(line, "", told)
        if not name or name in COLUMNS + MORE_PHOTOS + EXPORTED:
            continue
        told = f"the column '{name[:60]}' is unknown and left out"
        meant = meant_by(name)
        if meant is not None and meant not in header:
            told += f": if it is the {meant}, call it '{meant}'"
        yield RowNote(line, "", told)


def hint_at(column: str, cells: Iterable[str]) -> str:
    """Return which of a first line's cells may be the column that it lacks, and what others may be.

    Empty where none may be it: what stands there is then a product, or anything.
    """
    meant: dict[str, str] = {}
    for number, cell in enumerate(cells):
        if number == 0 and cell.lstrip('"').startswith(_MISREAD_MARK):
            return (
                ": its bytes were read in a wrong encoding before it was saved, and its accents "
                "are lost; open the original as UTF-8 and save it anew"
            )
        if any(map(str.isdigit, cell)):
            continue
        if (found := meant_by(cell)) is not None:
            came = legible(" ".join(cell.strip(" \t\r\n'\"\ufeff").split()))
            meant.setdefault(found, came[:60])
    if column in meant:
        came = meant.pop(column)
        called = f"call it '{column}' or say --map '{came}={column}'"
        return f"; if '{came}' is the {column}, {called}{_others(meant)}"
    return f"; no column seems to be the {column}{_others(meant)}" if len(meant) > 1 else ""


def _others(meant: Mapping[str, str]) -> str:
    """Name the columns that are called otherwise here, such as `'Preis' may be the price`."""
    others = [f"'{came}' the {column}" for column, came in meant.items() if came.lower() != column]
    if not others:
        return ""
    first, *more = others[:_NAMED]
    first = first.replace("' the ", "' may be the ", 1)
    return "; " + ", ".join((first, *more))
