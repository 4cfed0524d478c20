"""What the model that answers can be asked for: its colours, its label tree, its weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from embeddings.errors import BadBundle
from embeddings.label_tree import Tree
from embeddings.weights import Weight
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
    """Say what the model that answers offers: nothing where it cannot be opened.

    The shelves can be walked all the same; who searches is told what is wrong.
    """
    try:
        model = services.model
    except (NotReady, BadBundle):
        return Offer("none")
    return Offer(model.name, model.colours, model.tree, model.halves)


def offered_colours(asked: Sequence[str], offered: Offer) -> tuple[str, ...]:
    """Give the colours asked for as the model writes them, each once, by name.

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


def offered_weight(asked: str | None, offered: Offer) -> Weight:
    """Give the weight asked for.

    Raises:
        NotOffered: the model's embedding has no halves to weigh.
    """
    weight = Weight(asked or Weight.BALANCED)
    if weight is not Weight.BALANCED and weight not in offered.weights:
        raise NotOffered("weight", f"the model {offered.model} weighs nothing: leave it out")
    return weight
