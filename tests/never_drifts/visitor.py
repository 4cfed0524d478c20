"""Somebody at a real server: with a key over the API, or in a browser without scripts."""

import http.client
import json
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

from tests.doors import PASSWORD, token_on

_PATIENCE_S = 60
_JOB = re.compile("/staff/jobs/([0-9]+)$")
GONE = (OSError, http.client.HTTPException)  # what a server that dies leaves its visitors with


@dataclass
class Visitor:
    """Sends files, and gives the numbers of jobs."""

    url: str
    key: str
    name: str
    jar: CookieJar = field(default_factory=CookieJar)

    def post_file(self, to: str, file: Path, again: str, **fields: str) -> int:
        """Send a file over the API, under an Idempotency-Key."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": again}
        _, body = self._ask(f"/api/v1/{to}", fields, file, headers)
        return int(json.loads(body)["id"])

    def sign_in(self) -> None:
        """Come in."""
        self.send("/staff/sign-in", "/staff/sign-in", name=self.name, password=PASSWORD)

    def send(self, page: str, to: str, file: Path | None = None, **fields: str) -> str:
        """Send a form of a page; give where it leads."""
        _, text = self._ask(page)
        where, _ = self._ask(to, {"form_token": token_on(text), **fields}, file)
        return where

    def job_at(self, where: str) -> int:
        """Read the number of the job that a page is of."""
        found = _JOB.search(where)
        assert found is not None, f"this is no job's page: {where}"
        return int(found[1])

    def _ask(
        self,
        path: str,
        fields: Mapping[str, str] | None = None,
        file: Path | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[str, str]:
        """Ask for a page, or send what there is; give where that led, and what came."""
        address = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(address, headers=dict(headers or {}))
        if fields is not None:
            request.data, kind = _multipart(fields, file)
            request.add_header("Content-Type", kind)
            request.add_header("Origin", self.url)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        with opener.open(request, timeout=_PATIENCE_S) as answer:
            return answer.url, answer.read().decode()


def _multipart(fields: Mapping[str, str], file: Path | None) -> tuple[bytes, str]:
    mark = secrets.token_hex(8)
    head = f'--{mark}\r\nContent-Disposition: form-data; name="'
    parts = [f'{head}{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    if file is not None:
        told = f'{head}file"; filename="{file.name}"\r\nContent-Type: application/zip\r\n\r\n'
        parts += [told.encode(), file.read_bytes(), b"\r\n"]
    parts.append(f"--{mark}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={mark}"
