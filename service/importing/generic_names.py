"""Names of picture files that say of no product: a camera's counter, a number, a view."""

import re
import unicodedata

_CAMERA = re.compile(
    r"""
    _?(?: img | mvimg | _mg | mg | imag | image | dsc[nf]? | _?dsc | dcim | dji | cimg | pict? | sam
        | sdim | hpim | kif | gopr | pxl | mov | vid | snap | scan | photo | foto | picture | bild
        | imagen | immagine | screenshot | bildschirmfoto | whatsapp\ image | untitled | unbenannt
        | download | unnamed
      )
      (?: [\W_]* (?: \d+ | e\d+ | wa\d+ | at | am | pm | um | copy | kopie | edited | burst ) )*
      [\W_]*
    | [prs]\d{7}                                           # Panasonic, Ricoh, Samsung
    | (?:19|20)\d{6} [\W_]* \d{6} [\W_\d]*                 # the moment
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(r"[\W_]*\d{1,4}[\W_]*")
_VIEW = re.compile(
    r"""
    [\d\W_]*
    (?: front | back | side | left | right | top | bottom | details? | main | zoom | alt | model
      | flat | hanger | label | swatch | cover | inside | outside | worn | full | view
      | close[\W_]*up
      | vorn(?:e|derseite)? | vorderseite | hinten | seite | r(?:ü|ue)ckseite | oben | unten
      | face | dos | devant | derri[eè]re | profil | c[oô]t[eé] | d[eé]tail
      | frente | espalda | lado | detalle | delante | atr[aá]s
      | fronte | retro | lato | dettaglio
    )
    (?: [\W_]* (?: left | right | view | side | \d+ ) )*
    [\W_]*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FIRST = re.compile(r"front|main|cover|vorn|vorder|face|devant|frente|delante", re.IGNORECASE)


def is_camera_name(stem: str) -> bool:
    """Return whether a camera, a phone or a browser gives such a name, and gives it again."""
    return _CAMERA.fullmatch(stem.strip()) is not None


def is_view_name(stem: str) -> bool:
    """Return whether a name is that of a side of a thing, whichever thing it is."""
    return _VIEW.fullmatch(unicodedata.normalize("NFC", stem.strip())) is not None


def is_generic(stem: str) -> bool:
    """Return whether a name says of no product."""
    return is_camera_name(stem) or is_view_name(stem) or _NUMBER.fullmatch(stem) is not None


def in_order_of_views(names: list[str]) -> list[str]:
    """Sort the pictures of one product: the front first, then as a person counts."""
    return sorted(names, key=lambda name: (_FIRST.search(name) is None, _counted(name)))


def _counted(name: str) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
