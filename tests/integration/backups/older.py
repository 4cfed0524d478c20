"""Backups whose database is of an older version's tables."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from catalog.schema import MIGRATIONS
from service.backups.archive import writing_backup
from service.backups.manifest import Manifest
from service.wiring import Services

_OF_THE_FIRST = {
    "product": "id, sku, title, url, price_cents, currency, stock, human_category, labelled_at,"
    " model_category, model_confidence, created_at, updated_at",
    "photo": "id, product_id, digest, source_digest, position",
    "reading": "photo_id, fingerprint, label, confidence, probabilities, embedding",
    "change": "number, kind, photo_id",
    "promotion": "id, fingerprint, name, source, promoted_at",
}


def backup_of_the_first_version(path: Path, shop: Services) -> Path:
    """Copy a shop's rows into the first version's tables, and back those up with its pictures."""
    old = path.with_suffix(".sqlite3")
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("ATTACH DATABASE ? AS now", (str(shop.settings.database),))
        for table, columns in _OF_THE_FIRST.items():
            copy = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM now.{table}"
            connection.execute(copy)
        [[identity]] = connection.execute("SELECT uuid FROM main.identity").fetchall()
        [[last]] = connection.execute("SELECT max(number) FROM main.change").fetchall()
    pictures = sorted(shop.store.digests())
    with writing_backup(path) as archive:
        for digest in pictures:
            archive.add_picture(digest, shop.store.read_file(digest))
        size, sha = archive.add_database(old)
        told = Manifest(
            made_at="2026-01-01T00:00:00+00:00",
            made_by="0.0.1",
            schema="0001",
            catalogue=identity,
            change=last,
            mark=0,  # it had none
            products=36,
            pictures=len(pictures),
            pictures_bytes=archive.pictures_bytes,
            pictures_sha256=hashlib.sha256(b"".join(map(bytes.fromhex, pictures))).hexdigest(),
            database_bytes=size,
            database_sha256=sha,
        )
        archive.add_manifest(told.to_json())
    return path
