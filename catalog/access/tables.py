"""The tables of who may: no secret lies in them, only digests of secrets."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from catalog.damaged_cells import SoundInteger, SoundText, UtcDateTime
from catalog.dialect.tables import NEVER_REUSED
from catalog.models import Base, Sealed, now

LONGEST_NAME = 64
LONGEST_SUBJECT = 200
LONGEST_DETAIL = 1_000
LONGEST_ADDRESS = 64
LONGEST_AGENT = 200
LONGEST_ORIGINS = 2_000


class Account(Sealed, Base):
    """A person of the shop's staff."""

    __tablename__ = "account"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(SoundText(LONGEST_NAME), unique=True)  # in small letters
    role: Mapped[str] = mapped_column(SoundText(16))
    password_hash: Mapped[str | None] = mapped_column(SoundText(255))  # argon2; None: not come yet
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # last


class AccountSession(Sealed, Base):
    """A browser that an account is signed in with."""

    __tablename__ = "account_session"

    digest: Mapped[str] = mapped_column(SoundText(64), primary_key=True)  # SHA-256 of its token
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)  # to within some minutes
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # however much it is used
    address: Mapped[str] = mapped_column(SoundText(LONGEST_ADDRESS))
    agent: Mapped[str] = mapped_column(SoundText(LONGEST_AGENT))


class AccountLink(Sealed, Base):
    """A link by which an account gets in once; an account has one at most."""

    __tablename__ = "account_link"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(SoundText(64), unique=True)  # SHA-256 of its token
    purpose: Mapped[str] = mapped_column(SoundText(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ApiKey(Sealed, Base):
    """A key for programs."""

    __tablename__ = "api_key"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(SoundText(LONGEST_NAME))
    prefix: Mapped[str] = mapped_column(SoundText(16), unique=True)  # of the key, to know it by
    digest: Mapped[str] = mapped_column(SoundText(64))  # SHA-256 of the whole key
    scopes: Mapped[str] = mapped_column(SoundText(64))  # spaces between
    origins: Mapped[str] = mapped_column(
        SoundText(LONGEST_ORIGINS), default=""
    )  # none: a secret key
    per_minute: Mapped[int] = mapped_column(SoundInteger(0))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(SoundText(LONGEST_NAME))
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to within some minutes


class Attempt(Sealed, Base):
    """How often it was tried in vain to get in, as one account or from one address."""

    __tablename__ = "attempt"

    subject: Mapped[str] = mapped_column(SoundText(80), primary_key=True)  # its kind and a digest
    failures: Mapped[int] = mapped_column(SoundInteger(0))
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Sealed, Base):
    """Who did what, on what, from where, and when; entries are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_action_id", "action", "id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_kind: Mapped[str] = mapped_column(SoundText(16))
    # No key: who has gone stays named.
    actor_id: Mapped[int | None] = mapped_column(SoundInteger)
    actor: Mapped[str] = mapped_column(SoundText(LONGEST_NAME))
    action: Mapped[str] = mapped_column(SoundText(LONGEST_NAME))
    subject: Mapped[str] = mapped_column(SoundText(LONGEST_SUBJECT))
    detail: Mapped[str] = mapped_column(SoundText(LONGEST_DETAIL))
    address: Mapped[str] = mapped_column(SoundText(LONGEST_ADDRESS))


EVERY = tuple(
    table.__tablename__
    for table in (Account, AccountSession, AccountLink, ApiKey, Attempt, AuditEntry)
)
"""Their names; each refers to those before it alone."""
WAYS_IN = (AccountSession.__tablename__, AccountLink.__tablename__)
