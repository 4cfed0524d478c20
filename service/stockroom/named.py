"""What a word that somebody looks for names besides what a product is called: category, colour."""

from catalog.stock_filters import NamedBy
from catalog.vocabulary import meanings
from catalog.words import fold
from embeddings.model.label_tree import above
from service.finding.offered import offer
from service.wiring import Services


def named_by(words: str, *, services: Services) -> tuple[NamedBy, ...]:
    """Return which categories and colours hold each of these words in their names.

    A category is named by those that it belongs to as well, and by the shop's words for it.
    """
    asked = dict.fromkeys(fold(words).split())
    if not asked:
        return ()
    offered = offer(services)
    with services.database.reading() as session:
        shops = [(fold(each.word), each.category) for each in meanings(session)]
    names: dict[str, list[str]] = {}
    for each in services.categories.current():
        wider = (each.category, *above(offered.tree, each.category))
        names[each.category] = [
            *map(fold, wider),
            *(word for word, category in shops if category in wider),
        ]
    return tuple(
        NamedBy(
            word,
            tuple(each for each, called in names.items() if any(word in name for name in called)),
            tuple(each for each in offered.colours if word in fold(each)),
        )
        for word in asked
    )
