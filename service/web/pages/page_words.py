"""Messages in the words of pages: what the command line says by options, a page has elsewhere.

One message serves everybody: it is told by commands and kept by jobs before anybody knows who
reads it. Whoever reads it on a page is led to what the page has, not to an option of a program.
Only phrases of ours are put in other words, so that what a file says stays as it came.
"""

import re

_REPAIR = "have whoever runs the server repair the shop"
# Each phrase as our messages have it, and what a page says instead.
_PHRASES: tuple[tuple[str, str], ...] = (
    (
        r": download them, and put '[^']*' beside the table or name its folder by --photos, or "
        r"allow its host: on the import page, by LOOKALIKE_FETCH_HOSTS or --fetch-pictures",
        "",  # the page says it once
    ),
    (
        r"such as --encoding cp1252",
        "under 'Letters, if accents look wrong'",
    ),
    (r"in the column currency or by --currency", "in a column, or as the currency of the file"),
    (r"call it '[^']*' or say --map '[^']*'", "say so below"),
    (r" \(--sku-from both\)", ""),
    (
        r"say --sku-from folder if each folder is one product, or --sku-from both to name each "
        r"picture by its folder and itself",
        "say that the SKU is the folder's name if each folder is one product, or folder and "
        "picture",
    ),
    (r"--sku-from file, folder or both says it", "say otherwise under 'What names a product'"),
    (r": --save-map keeps one", ": one is kept when it is given a name"),
    (r": say --map 'Their column=ours' as well", ": say of a column what it is"),
    (r"--photos goes with a CSV(: |; )", r"a folder of pictures goes with a CSV\1"),
    (r": name it by --photos", ""),
    (r" \([A-Z_x]+\); the shop's own are in LOOKALIKE_FETCH_HOSTS", ""),
    (
        r"say so on the page of categories, or with: lookalike category map \"[^\"]*\" \"[^\"]*\"",
        "say so under Categories",
    ),
    (r"--as-person takes it", "tick that the categories are corrections to have it taken"),
    (
        r"undo the merge, or let the SKU be used again with: lookalike duplicates free "
        r"""(?:'[^']*'|"[^"]*"|[^\s'"])+""",
        "undo the merge under Changes to have it back",
    ),
    (r"(: give this one another name) \(--name\)", r"\1"),
    (r"(: say its format) \(--format\)(, one of)", r"\1\2"),
    (
        r"feeds are fetched from hosts that LOOKALIKE_FETCH_HOSTS names: set it first",
        "no host may be asked yet",
    ),
    (
        r"is not among the hosts of LOOKALIKE_FETCH_HOSTS",
        "is not among the hosts that may be asked",
    ),
    (r": lookalike feed list names them", ""),
    (r"(have it read anyway) \(--anyway\)", r"\1"),
    (r": say so, or add --new", ": choose that one, or say that a new one is meant"),
    (r"run the same command again once it is done", "do it again in a minute"),
    (r"run lookalike verify --repair", _REPAIR),
    (r"and take it with --accept", "and have whoever runs the server accept it"),
    (r"(^|: |; )--repair ", r"\1a repair at the server "),
)
_EACH = [(re.compile(phrase), instead) for phrase, instead in _PHRASES]
_SIGNS = ("--", "LOOKALIKE_", "lookalike ", "same command")


def in_page_words(message: object) -> str:
    """Return a message as a page says it."""
    text = str(message)
    if not any(sign in text for sign in _SIGNS):  # as most
        return text
    for phrase, instead in _EACH:
        text = phrase.sub(instead, text)
    return text
