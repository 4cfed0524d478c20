"""Two models that can take each other's place."""

from tests.fakes import MeanColourEncoder


class OtherWordsEncoder(MeanColourEncoder):
    """Sees what the other sees, and calls it something else."""

    labels = ("green", "blue", "red")


FIRST, SECOND = MeanColourEncoder("first"), OtherWordsEncoder("second")
