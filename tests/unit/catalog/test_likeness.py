"""Words that are like others, among more of them than could be compared with each other."""

from catalog.vocabulary import Vocabulary


def test_each_of_thousands_of_words_finds_the_one_that_it_nearly_is():
    kinds = [f"{chr(97 + n // 26)}{chr(97 + n % 26)} things of linen" for n in range(200)]
    titles = [f"Women > {'abcdefghij'[n % 10] * 3} > {n:05d}-{n:05d}" for n in range(1_500)]
    known = Vocabulary([*titles, *kinds])

    near = [known.near(f"{kind}xy") for kind in kinds]
    others = [known.another_near(title) for title in titles]

    assert near == kinds
    assert len(others) == 1_500


def test_a_category_is_like_another_and_never_like_itself():
    known = Vocabulary(["Hats", "Hat", "Dress", "Dres", "Scarf", "Bag"])

    same = [known.another_same(word) for word in ("Hats", "Hat", "hat", "Scarves", "Dress", "Bag")]
    near = [known.another_near(word) for word in ("Hats", "Hat", "Dress", "Dres", "Bag")]

    assert same == ["Hat", "Hats", "Hats", "Scarf", None, None]
    assert near == ["Hat", "Hats", "Dres", "Dress", None]


def test_of_several_that_are_alike_a_plural_goes_first_and_then_the_first_known():
    known = Vocabulary(["Cape", "Bags", "Bag", "Capes"])

    found = [known.near(word) for word in ("bagz", "capess", "Cap")]
    known.add("Caps")

    assert found == ["Bags", "Cape", "Capes"]
    assert known.same("Cap") == "Capes"
