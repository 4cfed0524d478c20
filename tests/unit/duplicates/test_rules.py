"""What two pictures are told to be, by how alike they are."""

import pytest

from catalog.duplicates.photos import OwnerFacts
from catalog.duplicates.tables import LONGEST_REASON, Kind
from service.duplicates.rules import Evidence, judge

ONE, OTHER = (OwnerFacts(sku, None, None, None) for sku in ("A", "B"))


@pytest.mark.parametrize(
    ("evidence", "begins"),
    [
        (Evidence(same_file=True), "they show the very same picture"),
        (Evidence(bits=14, cosine=0.9), "most likely one picture, saved anew"),
        (Evidence(bits=3, is_mirrored=True), "most likely one picture, mirrored"),
        (Evidence(bits=39, cosine=0.95), "perhaps one picture, saved anew"),
    ],
)
def test_only_of_one_file_it_is_told_as_certain_that_it_is_one_picture(evidence, begins):
    judged = judge(evidence, ONE, OTHER)

    assert judged.kind is Kind.SAME_PICTURE
    assert judged.reason.startswith(begins)
    assert "bits" not in judged.reason
    assert ("look whether the print is one" in judged.reason) == (evidence.bits == 39)
    assert len(judged.reason) <= LONGEST_REASON


@pytest.mark.parametrize("cosine", [None, 0.9, 0.926])
def test_two_prints_of_one_cut_are_not_proposed_as_one_picture(cosine):
    assert judge(Evidence(bits=28, cosine=cosine), ONE, OTHER) is None


def test_a_picture_in_two_colours_is_a_variant_and_no_more_certain():
    judged = judge(Evidence(bits=39, cosine=0.95, colours_apart=60.0), ONE, OTHER)

    assert (judged.kind, judged.reason) == (Kind.VARIANT, "perhaps one picture in two colours")
