"""What can be asked for: the colours, the tree and the weights of the model, the shop's facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.facts import FILTERS
from catalog.filters import FactValues, wanted_facts
from embeddings.errors import BadBundle
from embeddings.files.names import clean
from embeddings.model.label_tree import Tree
from embeddings.model.weights import Weight
from service.errors import NotOffered, NotReady
from service.wiring import Services


@dataclass(frozen=True, slots=True)
class Offer:
    """What a model can be asked for beyond what looks like a photo."""

    model: str  # its name
    colours: tuple[str, ...] = ()
    tree: Tree = field(default_factory=dict)
    halves: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def weights(self) -> tuple[str, ...]:
        """What a search can go by; none where there is nothing to weigh."""
        return tuple(Weight) if self.halves else ()


def offer(services: Services) -> Offer:
    """Return what the model that answers offers: nothing where it cannot be opened.

    The shelves can be walked all the same; who searches is told what is wrong.
    """
    try:
        model = services.model
    except (NotReady, BadBundle):
        return Offer("none")
    return Offer(model.name, model.colours, model.tree, model.halves)


def offered_colours(asked: Sequence[str], offered: Offer) -> tuple[str, ...]:
    """Return the colours asked for as the model writes them, each once, by name.

    Raises:
        NotOffered: the model tells no colours, or not that one.
    """
    if not asked:
        return ()
    known = {each.casefold(): each for each in offered.colours}
    if not known:
        raise NotOffered("colour", f"the model {offered.model} tells no colours")
    for each in asked:
        if each.casefold() not in known:
            raise NotOffered("colour", f"must be one of {', '.join(offered.colours)}; got '{each}'")
    return tuple(sorted({known[each.casefold()] for each in asked}))


def asked_facts(asked: Mapping[str, Sequence[str]]) -> FactValues:
    """Return what is asked of facts, by the names of their filters; values are cleaned as names."""
    return wanted_facts(
        {fact.name: [clean(value) for value in asked.get(fact.column, ())] for fact in FILTERS}
    )


def offered_weight(asked: str | None, offered: Offer) -> Weight:
    """Return the weight asked for.

    Raises:
        NotOffered: the model's embedding has no halves to weigh.
    """
    weight = Weight(asked or Weight.BALANCED)
    if weight is not Weight.BALANCED and weight not in offered.weights:
        raise NotOffered("weight", f"the model {offered.model} weighs nothing: leave it out")
    return weight
