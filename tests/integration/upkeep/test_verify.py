import os
import random
import sqlite3
import time
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from catalog import readings, vocabulary
from catalog.access.tables import (
    Account,
    AccountLink,
    AccountSession,
    ApiKey,
    Attempt,
    AuditEntry,
)
from catalog.access.terms import ActorKind, Role
from catalog.column_maps import keep_column_map
from catalog.errors import WrongSchema
from catalog.fetched_files import Fetched, remember_fetched
from catalog.filters import Filters
from catalog.kept_answers import keep_answer
from catalog.models import Base, now
from service.access.actor import Actor
from service.errors import NotReady
from service.finding.browse import product_by_sku
from service.finding.search import find_similar
from service.models.registry import model_of
from service.promotion.missing_readings import read_missing
from service.review.deciding import decide
from service.review.following import follow
from service.stock.changing import label_product
from service.stock.record import record_batch
from service.upkeep.verify import DisagreementKind, verify
from service.wiring import build_services
from tests.fakes import MeanColourEncoder, plain_photo
from tests.shop import product

TABLES = list(Base.metadata.tables)  # each, so that one that comes later has checksums as well


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
    assert [each for each in seen if each[1]][:36] == [(n, 36) for n in range(1, 37)]


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
    "DELETE FROM change WHERE number = 5": {"damaged change feed"},
    "UPDATE change SET checksum = 7 WHERE number = 5": {"damaged change feed"},
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
        (DisagreementKind.WRONG_VECTOR, "3")
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
        (DisagreementKind.MISSING_PICTURE, digest)
    ]
    assert found.drift == 1
    assert verify(services=filled).drift == 0


def behind_our_back(services, statement, *values):
    """Change a row as another program does, which knows nothing of checksums."""
    with closing(sqlite3.connect(services.settings.database)) as other:
        other.execute(statement, values)
        other.commit()


def rows_of(services):
    query = "SELECT * FROM {} ORDER BY 1, 2"
    with services.database.reading() as session:
        return {name: session.execute(text(query.format(name))).all() for name in TABLES}


def covered_columns(services):
    """Give every column of every row that has a checksum, but for what is worked out of them."""
    with closing(sqlite3.connect(services.settings.database)) as database:
        return [
            (table, name)
            for table in TABLES
            for _, name, *_, hidden in database.execute(f"PRAGMA table_xinfo({table})")
            if not hidden and name != "id"
        ]


def let_somebody_in(session):
    """Put a row into every table of who may."""
    account = Account(name="ada", role="admin")
    session.add(account)
    session.flush()
    whose = {"account_id": account.id, "created_at": now(), "ends_at": now()}
    session.add_all(
        [
            AccountSession(digest="a" * 64, used_at=now(), address="::1", agent="a", **whose),
            AccountLink(digest="b" * 64, purpose="reset", **whose),
            ApiKey(
                name="shop",
                prefix="lk_1",
                digest="c" * 64,
                scopes="search",
                origins="",
                per_minute=60,
                created_at=now(),
                created_by="ada",
            ),
            Attempt(subject="name:d", failures=1, last_at=now()),
            AuditEntry(
                at=now(),
                actor_kind="person",
                actor="ada",
                action="sign_in",
                subject="ada",
                detail="",
                address="::1",
            ),
        ]
    )


def put_rows_where_none_are(services):
    """Put a row into every table that has none, so that each has columns to change."""
    plain = {int: 1, str: "a", bytes: b"a", float: 0.5, datetime: now(), bool: True}
    with services.database.writing() as session:
        for table in Base.metadata.sorted_tables:
            if session.scalar(select(func.count()).select_from(table)) == 0:
                kinds = {each.name: getattr(each.type, "impl", each.type) for each in table.columns}
                row = {name: plain[kind.python_type] for name, kind in kinds.items()}
                for each in table.columns:
                    for key in each.foreign_keys:
                        row[each.name] = session.scalar(select(key.column).limit(1))
                    if each.name == "checksum" or each.computed is not None:
                        del row[each.name]
                session.execute(table.insert().values(row))


def another(value):
    """Give a value of the same kind."""
    if value is None:
        return 1
    return value + (b"x" if isinstance(value, bytes) else "x" if isinstance(value, str) else 1)


def test_a_change_of_any_column_by_another_program_is_found(filled):
    label_product("RED-00", "hat", services=filled)
    label_product("RED-00", "shirt", services=filled)  # so that there is an earlier word
    with filled.database.writing() as session:
        vocabulary.keep_meaning(session, "Mütze", "hat")
        keep_column_map(session, "supplier", {"artikel": "sku"})
        remember_fetched(session, {"https://cdn.example/": Fetched("f" * 64, "1", "2", now())})
        keep_answer(session, "d" * 64, 0, "e" * 64, "{}")
        let_somebody_in(session)
    follow(services=filled)
    somebody = Actor(ActorKind.ACCOUNT, "ada", 1, Role.EDITOR)
    decide("RED-01", "hat", None, by=somebody, services=filled)
    put_rows_where_none_are(filled)
    columns = covered_columns(filled)
    assert len(columns) > 35
    for table, column in columns:
        where = f"{table} WHERE rowid = (SELECT max(rowid) FROM {table})"
        with closing(sqlite3.connect(filled.settings.database)) as other:
            [[value]] = other.execute(f"SELECT {column} FROM {where}").fetchall()
        put = f"UPDATE {where.replace(' WHERE', f' SET {column} = ? WHERE')}"

        behind_our_back(filled, put, another(value))

        with suppress(NotReady):  # the model that a promotion names now is not to be had
            assert verify(services=filled).drift > 0, (table, column)

        behind_our_back(filled, put, value)
    assert verify(services=filled).drift == 0


def test_a_changed_entry_of_the_feed_is_found_and_no_index_follows_it(filled):
    late = build_services(filled.settings, MeanColourEncoder())
    late.index.warm_up()
    record_batch([product(filled, "NEW", (9, 9, 250))], services=filled)
    behind_our_back(
        filled, "UPDATE change SET photo_id = 1 WHERE number = (SELECT max(number) FROM change)"
    )

    found = verify(services=filled)
    repaired = verify(services=filled, repair=True)
    nearest = find_similar(plain_photo((9, 9, 250)), Filters(), 1, 36, services=late)

    assert kinds(found) == ["damaged change feed"]
    assert repaired.problems == ()
    assert nearest.hits[0].product.sku == "NEW"
    late.close()


def test_bytes_that_flip_on_the_disk_are_found_or_change_nothing(filled):
    filled.index.save_snapshot()
    before = rows_of(filled)
    filled.close()
    path = filled.settings.database
    whole, chance, found = path.read_bytes(), random.Random(5), 0
    for _ in range(25):
        data = bytearray(whole)
        at = 0
        while not any(data[at : at + 4]) or at < 100:  # empty pages and the header say nothing
            at = chance.randrange(100, len(data) - 4)
        data[at : at + 4] = bytes(each ^ 0xA5 for each in data[at : at + 4])
        path.write_bytes(data)
        fresh = build_services(filled.settings, MeanColourEncoder())
        try:
            drift = verify(services=fresh).drift
            assert drift or rows_of(fresh) == before
            found += drift > 0
        except (DatabaseError, sqlite3.DatabaseError, WrongSchema):  # SQLite itself refuses
            found += 1
        fresh.close()
        for left in (f"{path}-wal", f"{path}-shm"):
            Path(left).unlink(missing_ok=True)

    assert found > 5


def test_two_numbers_exchanged_in_a_reading_are_found_and_read_again(filled):
    before = rows_of(filled)
    with closing(sqlite3.connect(filled.settings.database)) as other:
        [[data]] = other.execute("SELECT embedding FROM reading WHERE photo_id = 3").fetchall()
    numbers = np.frombuffer(data, "<f4").copy()
    numbers[[0, 1]] = numbers[[1, 0]]
    behind_our_back(
        filled, "UPDATE reading SET embedding = ? WHERE photo_id = 3", numbers.tobytes()
    )

    found = verify(services=filled)
    repaired = verify(services=filled, repair=True)

    assert kinds(found) == ["damaged reading"]
    assert repaired.problems == ()
    assert rows_of(filled)["reading"] == before["reading"]


def test_only_a_person_can_say_that_a_changed_row_is_right(filled):
    behind_our_back(filled, "UPDATE product SET price_cents = 1 WHERE sku = 'RED-00'")

    found = verify(services=filled, repair=True)
    accepted = verify(services=filled, accept=True)

    [problem] = found.problems
    assert (problem.kind, problem.subject) == (DisagreementKind.DAMAGED_ROW, "product 1 (RED-00)")
    assert accepted.problems == ()
    assert product_by_sku("RED-00", services=filled).price_cents == 1


def test_a_damaged_reading_of_another_model_is_forgotten(filled):
    other = MeanColourEncoder("other")
    read_missing(model_of(other, "other"), services=filled)
    behind_our_back(
        filled,
        "UPDATE reading SET label = 'x' WHERE photo_id = 3 AND fingerprint = ?",
        other.fingerprint,
    )

    found = verify(services=filled, repair=True)

    assert (found.problems, len(found.repaired)) == ((), 1)
    with filled.database.reading() as session:
        assert readings.count_without(session, other.fingerprint) == 1


def test_a_reading_is_not_thrown_away_where_its_picture_is_lost(filled):
    digest = digest_of(filled, "RED-00")
    filled.store.remove([digest])
    behind_our_back(filled, "UPDATE reading SET confidence = 0.5 WHERE photo_id = 1")
    before = rows_of(filled)["reading"]

    report = verify(services=filled, repair=True)

    assert kinds(report) == ["damaged reading", "missing picture"]
    assert rows_of(filled)["reading"] == before
    assert [each.advice for each in report.problems if each.subject == digest] == [
        "import RED-00 again, or restore a backup"
    ]


def test_what_a_repair_takes_out_of_use_is_kept(filled):
    orphan, digest = filled.store.put(plain_photo((1, 2, 3))), digest_of(filled, "RED-00")
    [path] = filled.store.root.rglob(f"{digest}.*")
    damaged = path.read_bytes()[:-1] + b"x"
    whole = filled.store.read_bytes(orphan)
    for _ in range(2):  # a second time under the same name
        path.write_bytes(damaged)
        report = verify(services=filled, repair=True)
        assert report.set_aside >= 1
        filled.store.put(plain_photo((250, 10, 10)))

    kept = [each.read_bytes() for each in filled.settings.quarantine.iterdir()]
    assert sorted(kept) == sorted([damaged, damaged, whole])
    assert verify(services=filled).problems == ()


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
