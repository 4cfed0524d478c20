"""How the catalogue spells a SKU that somebody else has spelled."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.dialect.lists import listed
from catalog.filters import is_text
from catalog.models import Product
from catalog.words import fold

_NUMBER = re.compile(r"([0-9]+)(?:[.,]0{1,6})?")
_LONGEST_NUMBER = 14  # digits of an article's number: a GTIN has as many


def before_a_program(session: Session, skus: Iterable[str]) -> dict[str, str]:
    """Give, of each SKU that is a number, a product's that may have become that number.

    Spreadsheets take zeros in front away; others make 1001.0 of 1001.
    """
    asked = {
        "0" * zeros + found[1]: sku
        for sku in skus
        if (found := _NUMBER.fullmatch(sku)) is not None
        for zeros in range(max(1, _LONGEST_NUMBER - len(found[1]) + 1))
    }
    if not asked:
        return {}
    known = session.scalars(select(Product.sku).where(Product.sku.in_(listed(asked))))
    return {asked[sku]: sku for sku in known}


def spellings(session: Session, skus: Iterable[str], key: Callable[[str], str]) -> dict[str, str]:
    """Give, of each SKU asked for, the product's own spelling of it.

    A product that is spelled so goes first; else the only one whose SKU has the same `key`. Left
    out are SKUs of no product, and those that may be any of several.
    """
    asked = {sku for sku in skus if is_text(sku)}
    exact = select(Product.sku).where(Product.sku.in_(listed(asked)))
    found = {sku: sku for sku in session.scalars(exact)}
    others = asked - found.keys()
    if not others:
        return found
    # Folded words are told apart less than SKUs, so what they find is looked at once more.
    folded = {form for sku in others for form in (fold(sku), fold(key(sku)))}
    near = select(Product.sku).where(Product.folded_sku.in_(listed(folded)))
    alike: dict[str, list[str]] = defaultdict(list)
    for sku in session.scalars(near):
        alike[key(sku)].append(sku)
    for sku in others:
        them = alike[key(sku)]
        if len(them) == 1:
            found[sku] = them[0]
    return found
