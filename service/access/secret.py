"""The secret that forms are signed by: drawn at first need, one for all processes of a home."""

import os
import secrets
from pathlib import Path

from service.errors import NotReady

FILE_NAME = "secret"
_BYTES = 32


class Secret:
    """A home's secret; read or drawn when it is first asked for."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE_NAME
        self._known: bytes | None = None

    @property
    def value(self) -> bytes:
        """The secret's bytes. Raises: NotReady."""
        if self._known is None:
            self._known = self._read() or self._drawn()
        return self._known

    def _read(self) -> bytes | None:
        try:
            found = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise NotReady(f"{self._path} cannot be read: {error.strerror}") from error
        if len(found) != _BYTES:
            raise NotReady(
                f"{self._path} has {len(found)} bytes, and a secret of ours {_BYTES}: delete it, "
                "and another is drawn"
            )
        return found

    def _drawn(self) -> bytes:
        """Draw one; of several processes that do so at once, one wins and the others read."""
        beside = self._path.with_name(f".{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                with open(handle, "wb") as file:
                    file.write(secrets.token_bytes(_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
                os.link(beside, self._path)  # unlike a rename, never in place of another
            except FileExistsError:
                pass
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise NotReady(
                f"no secret can be written to {self._path}: {error.strerror}; nobody can sign in "
                "where LOOKALIKE_HOME is only read"
            ) from error
        found = self._read()
        assert found is not None
        return found
