import sqlite3
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from catalog.errors import WrongSchema
from catalog.fresh import SCHEMA, described
from catalog.models import Base
from catalog.schema import MIGRATIONS, REVISIONS
from service.database.sessions import Database
from tests.new_catalogue import after_all_migrations


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "catalog.sqlite3")
    yield opened
    opened.close()


def test_migrations_make_the_tables_that_the_models_describe(database):
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_what_a_new_catalogue_gets_is_what_all_migrations_come_to():
    assert SCHEMA.read_text(encoding="utf-8") == after_all_migrations(), "run make schema"


def test_a_new_catalogue_is_as_written_down(database):
    with database.engine.connect() as connection:
        made = described(connection)

    assert made == SCHEMA.read_text(encoding="utf-8")


def test_the_known_versions_are_those_of_the_migrations():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    revisions = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()]

    assert tuple(reversed(revisions)) == REVISIONS


def test_the_feed_of_the_first_version_goes_on_with_marks(database):
    old = create_engine(f"sqlite:///{database.path}")
    with old.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0001")
        for number in range(5):
            values = {"photo": number}
            add = text("INSERT INTO change (kind, photo_id) VALUES ('upsert', :photo)")
            connection.execute(add, values)
        connection.execute(text("DELETE FROM change WHERE number <= 2"))
    old.dispose()

    with database.writing() as session:
        session.execute(text("INSERT INTO change (kind) VALUES ('product')"))
        query = text("SELECT number, kind, photo_id, mark FROM change ORDER BY number")
        numbers, kinds, photos, marks = zip(*session.execute(query).all(), strict=True)

    assert numbers == (3, 4, 5, 6)
    assert kinds == ("upsert", "upsert", "upsert", "product")
    assert photos == (2, 3, 4, None)
    assert len(set(marks)) == 4


def test_a_database_of_a_newer_version_is_refused(database):
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(WrongSchema, match="'9999'"), database.reading():
        pass


def test_a_file_of_another_program_is_refused_and_left_as_it_is(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE recipe (name TEXT)")
    foreign.close()
    database = Database(path)

    with pytest.raises(WrongSchema, match="something else"), database.reading():
        pass

    with sqlite3.connect(path) as foreign:
        tables = foreign.execute("SELECT name FROM sqlite_master").fetchall()
    foreign.close()
    assert tables == [("recipe",)]


def test_every_catalogue_has_an_identity_of_its_own(tmp_path):
    found = set()

    for name in ("one", "two"):
        database = Database(tmp_path / name / "catalog.sqlite3")
        with database.reading() as session:
            found.add(session.scalar(text("SELECT uuid FROM identity")))
        database.close()

    assert len(found) == 2


@pytest.mark.parametrize("there", [True, False])
def test_opening_a_new_or_an_up_to_date_catalogue_does_without_alembic(database, there):
    if there:
        with database.reading():
            pass
    code = (
        "import sys; from pathlib import Path; from service.database.sessions import Database\n"
        "database = Database(Path(sys.argv[1])); database.engine; database.close()\n"
        "sys.exit('alembic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code, str(database.path)], timeout=60)

    assert done.returncode == 0


def test_an_id_is_never_given_twice(database):
    insert = text(
        "INSERT INTO product (sku, title, stock, created_at, updated_at)"
        " VALUES ('A', 'A', 0, '2026-01-01', '2026-01-01') RETURNING id"
    )
    with database.writing() as session:
        first = session.scalar(insert)
        session.execute(text("DELETE FROM product"))

    with database.writing() as session:
        second = session.scalar(insert)

    assert second > first


def test_foreign_keys_hold(database):
    with (
        pytest.raises(Exception, match="FOREIGN KEY"),
        database.writing() as session,
    ):
        session.execute(
            text("INSERT INTO photo (product_id, digest, source_digest, position) VALUES (1,2,3,0)")
        )


def test_a_failed_change_leaves_nothing(database):
    def fail_after_writing():
        with database.writing() as session:
            session.execute(text("INSERT INTO change (kind) VALUES ('product')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()

    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM change")) == 0


def test_a_reader_sees_one_instant_and_waits_for_no_writer(database):
    count = text("SELECT count(*) FROM change")
    with database.reading() as reader:
        before = reader.scalar(count)
        with database.writing() as writer:
            writer.execute(text("INSERT INTO change (kind) VALUES ('product')"))
            during = reader.scalar(count)
        after = reader.scalar(count)
    with database.reading() as later:
        assert later.scalar(count) == 1

    assert (before, during, after) == (0, 0, 0)


def test_a_look_and_its_session_see_the_same_instant(database):
    with database.read_view() as look:
        before = look.driver.execute("SELECT count(*) FROM change").fetchone()[0]
        with database.writing() as writer:
            writer.execute(text("INSERT INTO change (kind) VALUES ('product')"))
        after = look.session.scalar(text("SELECT count(*) FROM change"))

    assert (before, after) == (0, 0)


def test_the_shops_words_for_colours_are_found_after_an_upgrade(database):
    old = create_engine(f"sqlite:///{database.path}")
    with old.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0025")
        add = text(
            "INSERT INTO product (sku, title, stock, created_at, updated_at, shop_colour)"
            " VALUES (:sku, 'T', 0, '2026-01-01', '2026-01-01', :colour)"
        )
        connection.execute(add, [{"sku": "A", "colour": "Grün"}, {"sku": "B", "colour": None}])
    old.dispose()

    with database.reading() as session:
        query = text("SELECT folded_shop_colour FROM product ORDER BY sku")
        folded = list(session.scalars(query))

    assert folded == ["grun", None]
