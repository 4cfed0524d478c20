import os
import time

import pytest
from sqlalchemy import text

from catalog.filters import Filters
from service.browse import product_by_sku
from service.changing import label_product
from service.search import find_similar
from service.store_batch import record_batch
from service.verify import ProblemKind, verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import product


def run(services, statement, **values):
    with services.database.writing() as session:
        session.execute(text(statement), values)


def kinds(report):
    return sorted(problem.kind.value for problem in report.problems)


def digest_of(services, sku):
    return product_by_sku(sku, services=services).photos[0].digest


def test_a_sound_catalogue_has_no_drift(filled):
    label_product("RED-00", "hat", services=filled)
    seen = []

    report = verify(services=filled, progress=lambda done, total: seen.append((done, total)))

    assert (report.drift, report.problems, report.repaired) == (0, (), ())
    assert seen == [(36, 36)]


def test_an_empty_catalogue_has_no_drift(services):
    assert verify(services=services, repair=True).drift == 0


REPAIRABLE = {
    "DELETE FROM reading WHERE photo_id = 3": {"photo not read", "category not as read"},
    "UPDATE reading SET embedding = x'00' WHERE photo_id = 3": {"damaged reading"},
    "UPDATE reading SET embedding = zeroblob(16) WHERE photo_id = 3": {"damaged reading"},
    "UPDATE reading SET embedding = x'0000c07f0000c07f0000c07f0000c07f' WHERE photo_id = 3": {
        "damaged reading"
    },
    "UPDATE reading SET probabilities = x'00' WHERE photo_id = 3": {"damaged reading"},
    "UPDATE product SET model_category = 'hat' WHERE id = 3": {"category not as read"},
    "DELETE FROM change WHERE number = 5": {"gap in the change feed"},
}


@pytest.mark.parametrize("warm", [True, False], ids=["index loaded", "index cold"])
@pytest.mark.parametrize("damage", REPAIRABLE)
def test_damage_to_rows_is_found_and_repaired(filled, damage, warm):
    if warm:
        filled.warm_up()
    run(filled, damage)

    found = verify(services=filled)
    report = verify(services=filled, repair=True)

    assert found.drift > 0
    assert REPAIRABLE[damage] <= set(kinds(found)) <= REPAIRABLE[damage] | {"index disagrees"}
    assert (report.drift, report.problems) == (0, ())
    assert set(report.repaired) == set(found.problems)
    assert filled.index.drift() == 0
    fresh = build_services(filled.settings, MeanColourEncoder())
    assert verify(services=fresh).drift == 0
    assert find_similar(plain_photo((9, 9, 9)), Filters(), 1, 99, services=fresh).total == 36
    fresh.close()


def test_an_index_that_says_something_else_is_built_anew(filled):
    filled.warm_up()
    # Behind the feed's back, as only a bug or a failing disk would.
    run(filled, "UPDATE reading SET embedding = (SELECT embedding FROM reading r WHERE"
                " r.photo_id = 20) WHERE photo_id = 3")  # fmt: skip

    found = verify(services=filled)
    report = verify(services=filled, repair=True)

    assert kinds(found) == ["index disagrees"]
    assert (report.drift, len(report.repaired)) == (0, 1)


def test_a_vector_too_many_is_found(filled):
    filled.warm_up()
    run(filled, "DELETE FROM reading WHERE photo_id = 3")
    run(filled, "DELETE FROM photo WHERE id = 3")
    run(filled, "DELETE FROM product WHERE id = 3")

    found = verify(services=filled)

    assert [(each.kind, each.subject) for each in found.problems if each.spoils_answers] == [
        (ProblemKind.WRONG_VECTOR, "3")
    ]
    assert verify(services=filled, repair=True).problems == ()


def test_a_picture_of_no_product_takes_room_but_spoils_nothing(filled):
    digest = filled.store.put(plain_photo((1, 2, 3)))

    found = verify(services=filled)
    report = verify(services=filled, repair=True)

    assert (found.drift, kinds(found)) == (0, ["picture of no product"])
    assert (report.problems, len(report.repaired)) == ((), 1)
    assert digest not in filled.store


def test_what_a_killed_process_left_unfinished_is_removed_once_it_is_old(filled):
    digest = digest_of(filled, "RED-00")
    old, new = (filled.store.root / digest[:2] / f"{digest}.png.{n}.tmp" for n in "12")
    for path in (old, new):
        path.write_bytes(b"half a pict")
    an_hour_ago = time.time() - 3700
    os.utime(old, (an_hour_ago, an_hour_ago))

    found = verify(services=filled)
    repaired = verify(services=filled, repair=True)

    assert (kinds(found), found.drift) == (["unfinished file"], 0)
    assert [problem.subject for problem in repaired.repaired] == [str(old)]
    assert not old.exists()
    assert new.exists()  # somebody may be writing it
    assert digest in filled.store


def test_a_lost_picture_is_named_until_it_is_imported_again(filled):
    digest = digest_of(filled, "RED-00")
    filled.store.remove([digest])

    found = verify(services=filled, repair=True)
    record_batch([product(filled, "RED-00", (250, 10, 10), title="Red shirt 0")], services=filled)

    assert [(each.kind, each.subject) for each in found.problems] == [
        (ProblemKind.MISSING_PICTURE, digest)
    ]
    assert found.drift == 1
    assert verify(services=filled).drift == 0


def test_a_changed_picture_is_taken_away_so_that_it_can_be_imported_again(filled):
    digest = digest_of(filled, "RED-00")
    [path] = filled.store.root.rglob(f"{digest}.*")
    data = bytearray(path.read_bytes())
    data[-1] ^= 255
    path.write_bytes(data)

    found = verify(services=filled)
    report = verify(services=filled, repair=True)
    record_batch([product(filled, "RED-00", (250, 10, 10), title="Red shirt 0")], services=filled)

    assert kinds(found) == ["changed picture"]
    assert kinds(report) == ["missing picture"]
    assert verify(services=filled).drift == 0
