"""Words for garments that are plainly of a kind which a shop may know by its general word alone."""

from catalog.vocabulary import Vocabulary
from service.importing.category_words import forms_of, in_other_words

# The kind, as it is called first in `category_words`, and what is always one of it.
_BELOW = {
    "outwear": """
        jacket, jackets, coat, coats, parka, parkas, anorak, anoraks, windbreaker, rain jacket,
        bomber jacket, trench coat, puffer, waistcoat, gilet, jacke, jacken, mantel, mäntel,
        veste, vestes, manteau, manteaux, blouson, chaqueta, chaquetas, abrigo, abrigos, giacca,
        giacche, cappotto, cappotti, jas, jassen, kurtka, kurtki, płaszcz
    """,
    "underwear": """
        briefs, brief, boxer, boxers, boxer shorts, panties, thong, thongs, bra,
        bras, bralette, lingerie, unterhose, unterhosen, bh, bhs, boxershorts, culotte,
        soutien-gorge, calzoncillos, bragas, sujetador, mutande, mutandine, reggiseno
    """,
    "hat": "cap, caps, beanie, beanies, mütze, mützen, kappe, kappen, casquette, gorra, berretto",
    "jewellery": """
        necklace, necklaces, bracelet, bracelets, earring, earrings, ring, rings, pendant,
        bangle, halskette, halsketten, armband, armbänder, ohrringe, collier, colliers
    """,
}
_KIND_ABOVE = {
    form: kind
    for kind, words in _BELOW.items()
    for word in words.split(",")
    for form in forms_of(" ".join(word.split()))
}


def kind_above(word: str, known: Vocabulary) -> str | None:
    """Return the known category that a word is always one of: a jacket is outerwear.

    A shop that tells jackets from coats knows both as categories, and is not asked of them.
    """
    kind = next((_KIND_ABOVE[form] for form in forms_of(word) if form in _KIND_ABOVE), None)
    if kind is None:
        return None
    return known.meaning(kind) if known.knows(kind) else in_other_words(kind, known)
