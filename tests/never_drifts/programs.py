"""Programs that write to a server over HTTP, and know what it must hold if it dies meanwhile."""

import hashlib
import http.client
import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from service.writing.lines import BATCH
from tests.fakes import plain_picture

PATIENCE_S = 60
OWN_PRODUCTS = 12
LINES = BATCH + 20  # of a batch: more than one transaction
PARTS = (slice(0, BATCH), slice(BATCH, LINES))
COUNTER = "COUNT"
KINDS = {"put": 2, "patch": 5, "photo": 4, "unphoto": 2, "delete": 1, "many": 1}
"""What a program writes, and how often of fifteen times."""
JSON, JSON_LINES = "application/json", "application/x-ndjson"

Held = dict[str, tuple[str, int, tuple[str, ...]]]
"""Of each SKU: title, stock, and the digests of the pictures as they were sent, in order."""


class Answered(Enum):
    """What became of a request."""

    YES = "done"
    NOT_NOW = "refused, to come again"
    NEVER = "the server was gone"


@dataclass(frozen=True)
class Request:
    """A write, and what it makes of its program's products."""

    method: str
    path: str
    body: bytes | None
    headers: Mapping[str, str]
    after: Held
    entries: tuple[tuple[str, str], ...]  # action and SKU: what the log gets from it
    outcomes: tuple[str, ...] = ()  # of the lines of a batch


@dataclass
class Program:
    """Writes to products of its own, one request after another, until the server is gone."""

    name: str
    port: int
    key: str
    chance: random.Random
    held: Held = field(default_factory=dict)
    entries: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    unanswered: Request | None = None
    counted: int = 0  # answered changes of the counter, and those found to be done
    counting: bool = False  # whether one was not answered
    sent: int = 0

    def write_until_gone(self) -> None:
        """Send requests, one of which stays without an answer."""
        while True:
            if self.chance.random() < 0.1:
                if self._count() is Answered.NEVER:
                    return
                continue
            request = self._any_request()
            answered = self._send(request)
            if answered is Answered.NEVER:
                self.unanswered = request
                return
            if answered is Answered.YES:
                self.take_in(request)
                if request.method == "PUT" and "/photos/" in request.path and not self._is_found():
                    return

    def finish(self) -> None:
        """Send a batch that was cut off once more, under the key that it had."""
        request, self.unanswered = self.unanswered, None
        if request is not None and request.outcomes:
            if self._send(request) is not Answered.YES:
                self.faults.append("a batch that came again was not answered")
            self.take_in(request)

    def take_in(self, request: Request) -> None:
        """Note that a write was done."""
        self.held = request.after
        self.entries.update(request.entries)

    def may_hold(self) -> list[Held]:
        """Give what the catalogue may have of this program's products now."""
        request = self.unanswered
        if request is None:
            return [self.held]
        if not request.outcomes:
            return [self.held, request.after]
        skus = [sku for sku in request.after if sku.startswith(f"{self.name}-many-")]
        states, partly = [self.held], self.held
        for part in PARTS:
            partly = partly | {sku: request.after[sku] for sku in skus[part]}
            states.append(partly)
        return states

    def settle(self, found: Held) -> None:
        """Take in whether the unanswered write was done, by what a fresh process has found."""
        if found not in self.may_hold():
            lost = {sku: self.held[sku] for sku in self.held if found.get(sku) != self.held[sku]}
            self.faults.append(f"{self.name}: lost {lost}, unanswered {self.unanswered}")
        request = self.unanswered
        if request is not None and not request.outcomes:
            self.unanswered = None
            if found == request.after:
                self.take_in(request)

    def _any_request(self) -> Request:
        self.sent += 1
        kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        sku = f"{self.name}-{self.chance.randrange(OWN_PRODUCTS)}"
        if kind == "many":
            return self._many()
        if sku not in self.held or kind == "put":
            return self._put(sku)
        title, _, pictures = self.held[sku]
        at = f"/api/v1/products/{sku}"
        if kind == "delete":
            after = {each: held for each, held in self.held.items() if each != sku}
            return Request("DELETE", at, None, {}, after, (("product.delete", sku),))
        if kind == "photo" and len(pictures) < 3:
            colour = (self.sent % 256, self.sent // 256 % 256, 40 * len(self.name))
            data = plain_picture(colour, 16) + self.name.encode()
            digest = hashlib.sha256(data).hexdigest()
            after = self.held | {sku: (title, self.held[sku][1], (*pictures, digest))}
            path = f"{at}/photos/{len(pictures) + 1}"
            kinds = {"Content-Type": "image/png"}
            return Request("PUT", path, data, kinds, after, (("photo.put", sku),))
        if kind == "unphoto" and pictures:
            after = self.held | {sku: (title, self.held[sku][1], pictures[1:])}
            return Request("DELETE", f"{at}/photos/1", None, {}, after, (("photo.delete", sku),))
        after = self.held | {sku: (title, self.sent, pictures)}
        body = json.dumps({"stock": self.sent}).encode()
        entry = ("product.change", sku)
        return Request("PATCH", at, body, {"Content-Type": JSON}, after, (entry,))

    def _put(self, sku: str) -> Request:
        title = f"Number {self.sent}"
        known = self.held.get(sku)
        after = self.held | {sku: (title, 1, () if known is None else known[2])}
        entry = ("product.create" if known is None else "product.change", sku)
        body = json.dumps({"title": title}).encode()
        kinds = {"Content-Type": JSON}
        return Request("PUT", f"/api/v1/products/{sku}", body, kinds, after, (entry,))

    def _many(self) -> Request:
        skus = [f"{self.name}-many-{number:03}" for number in range(LINES)]
        title, is_new = f"Many {self.sent}", skus[0] not in self.held
        lines = [{"sku": sku, "title": title, "stock": self.sent} for sku in skus]
        body = "\n".join(map(json.dumps, lines)).encode()
        headers = {"Content-Type": JSON_LINES, "Idempotency-Key": f"{self.name}-{self.sent}"}
        action = "product.create" if is_new else "product.change"
        return Request(
            "POST",
            "/api/v1/products",
            body,
            headers,
            self.held | dict.fromkeys(skus, (title, self.sent, ())),
            tuple((action, sku) for sku in skus),
            ("created" if is_new else "changed",) * LINES,
        )

    def _send(self, request: Request) -> Answered:
        try:
            status, body, _ = self._ask(request.method, request.path, request.body, request.headers)
        except (OSError, http.client.HTTPException):
            return Answered.NEVER
        if status == 503:
            return Answered.NOT_NOW
        told = tuple(json.loads(line)["outcome"] for line in body.splitlines() if request.outcomes)
        if status not in (200, 201, 204) or told != request.outcomes:
            self.faults.append(f"{request.method} {request.path}: {status} {body[:300]!r}")
        return Answered.YES

    def _count(self) -> Answered:
        """Add one to a number that every program adds to, if nobody else has meanwhile."""
        at = f"/api/v1/products/{COUNTER}"
        self.counting = False
        try:
            _, body, headers = self._ask("GET", at)
            more = json.dumps({"stock": json.loads(body)["stock"] + 1}).encode()
            named = {"Content-Type": JSON, "If-Match": headers["ETag"]}
            self.counting = True
            status, body, _ = self._ask("PATCH", at, more, named)
        except (OSError, http.client.HTTPException):
            return Answered.NEVER
        self.counting = False
        if status not in (200, 412, 503):
            self.faults.append(f"counting: {status} {body[:300]!r}")
        self.counted += status == 200
        return Answered.YES if status == 200 else Answered.NOT_NOW

    def _is_found(self) -> bool:
        """Say whether a search answers that saw the picture; False where the server is gone."""
        sku = next(sku for sku, (_, _, pictures) in self.held.items() if pictures)
        try:
            status, _, _ = self._ask("GET", f"/api/v1/products/{sku}/similar")
        except (OSError, http.client.HTTPException):
            return False
        if status not in (200, 503):
            self.faults.append(f"a search after the write of a picture: {status}")
        return True

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        shown = {"Authorization": f"Bearer {self.key}"}
        try:
            connection.request(method, path, body, shown | dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()
