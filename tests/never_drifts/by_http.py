"""Programs that write over HTTP to the catalogue of a state machine, beside its other writers."""

import hashlib
import json

from flask.testing import FlaskClient
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from catalog.labelling import Speaker, Word
from catalog.stored import PhotoRecord, ProductRecord
from service.access.actor import at_the_machine
from service.access.keys import MOST_PER_MINUTE, KeyWish, create_key
from service.web.app import create_app
from service.wiring import Services
from tests.doors import access_of
from tests.fakes import plain_picture
from tests.never_drifts.told import FACTS, Told
from tests.never_drifts.writers import COLOURS, FACT, LABELS, SEEN, SKU, WHO

NOTHING = dict.fromkeys(FACTS) | {"stock": 1}
SAID = st.fixed_dictionaries({}, optional=FACT)
WORDS = st.sampled_from(["not said", None, *LABELS])
STATES = st.sampled_from(["any", "as it is", "as it was", "there", "not there"])
LINES = st.dictionaries(SKU, st.tuples(SAID, WORDS), min_size=1, max_size=3)
AT = "/api/v1/products"


class ByHttp:
    """Rules of a state machine that has `processes` and `told`."""

    processes: list[Services]
    told: Told

    def open_the_door(self):
        """Draw the key with which all of it is written."""
        services = self.processes[0]
        wish = KeyWish("program", ("search", "read", "write"), per_minute=MOST_PER_MINUTE)
        key = create_key(wish, by=at_the_machine(), access=access_of(services)).key
        self.shown = {"Authorization": f"Bearer {key}"}
        self.clients: dict[int, tuple[Services, FlaskClient]] = {}
        self.marks: dict[str, str] = {}  # that some answer gave, and may be no longer so

    def ask(self, who, method, path, **sent):
        services = self.processes[who]
        if self.clients.get(who, (None, None))[0] is not services:  # another process since
            app = create_app(services, access_of(services))
            self.clients[who] = services, app.test_client()
        headers = self.shown | sent.pop("headers", {})
        SEEN["requests over HTTP"] += 1
        return self.clients[who][1].open(f"{AT}{path}", method=method, headers=headers, **sent)

    @rule(who=WHO, sku=SKU, said=SAID, word=WORDS, state=STATES)
    def put_a_product(self, who, sku, said, word, state):
        headers, holds = self.condition(who, sku, state)
        answer = self.ask(who, "PUT", f"/{sku}", json=_body(said, word), headers=headers)
        if "title" not in said:
            assert answer.status_code == 422
        elif not holds:
            assert answer.status_code == 412
        else:
            created = sku not in self.told.products
            told = self.speak(sku, NOTHING | said, word)
            assert (answer.status_code, answer.json["outcome"]) == (201 if created else 200, told)
            self.marks[sku] = answer.headers["ETag"]

    @rule(who=WHO, sku=SKU, said=SAID, word=WORDS, state=STATES)
    def patch_a_product(self, who, sku, said, word, state):
        headers, holds = self.condition(who, sku, state)
        answer = self.ask(who, "PATCH", f"/{sku}", json=_body(said, word), headers=headers)
        if not holds:
            assert answer.status_code == 412
        elif sku not in self.told.products:
            assert answer.status_code == 404
        else:
            assert (answer.status_code, answer.json["outcome"]) == (
                200,
                self.speak(sku, said, word),
            )
            self.marks[sku] = answer.headers["ETag"]

    @rule(who=WHO, sku=SKU, state=STATES)
    def delete_a_product(self, who, sku, state):
        headers, holds = self.condition(who, sku, state)
        answer = self.ask(who, "DELETE", f"/{sku}", headers=headers)
        is_there = sku in self.told.products
        assert answer.status_code == (412 if not holds else 204 if is_there else 404)
        if holds:
            self.told.remove([sku])

    @rule(who=WHO, sku=SKU, number=st.integers(1, 4), colour=COLOURS)
    def put_a_picture(self, who, sku, number, colour):
        data = plain_picture(colour)
        answer = self.ask(
            who, "PUT", f"/{sku}/photos/{number}", data=data, content_type="image/png"
        )
        kept = self.told.products.get(sku)
        if kept is None:
            assert answer.status_code == 404
            return
        source = hashlib.sha256(data).hexdigest()
        others = [each for place, each in enumerate(kept.photos, 1) if place != number]
        if number > len(kept.photos) + 1 or source in others:
            assert answer.status_code == 409
            return
        before = list(kept.photos)
        kept.photos[number - 1 : number] = [source]
        outcome = "unchanged" if before == kept.photos else "changed"
        assert (answer.status_code, answer.json["outcome"]) == (200, outcome)
        found = self.ask(who, "GET", f"/{sku}/similar")
        assert found.status_code == 200  # a search sees what was answered before it

    @rule(who=WHO, sku=SKU, number=st.integers(1, 3))
    def take_a_picture_away(self, who, sku, number):
        answer = self.ask(who, "DELETE", f"/{sku}/photos/{number}")
        kept = self.told.products.get(sku)
        fits = kept is not None and number <= len(kept.photos)
        assert answer.status_code == (404 if kept is None else 200 if fits else 409)
        if fits:
            del kept.photos[number - 1]

    @rule(who=WHO, lines=LINES, key=st.sampled_from([None, "a", "b"]))
    def post_a_batch(self, who, lines, key):
        body = "\n".join(
            json.dumps({"sku": sku} | _body(said, word)) for sku, (said, word) in lines.items()
        )
        self.post(who, body, key, lines)

    @precondition(lambda self: self.told.answers)
    @rule(who=WHO, key=st.sampled_from(["a", "b"]))
    def post_a_batch_again(self, who, key):
        """As a program does that had no answer."""
        if key in self.told.answers:
            self.post(who, self.told.answers[key][0], key, {})
            SEEN["batches that came again"] += 1

    def post(self, who, body, key, lines):
        headers = {} if key is None else {"Idempotency-Key": key}
        kind = "application/x-ndjson"
        answer = self.ask(who, "POST", "", data=body, content_type=kind, headers=headers)
        if key in self.told.answers:
            known, text = self.told.answers[key]
            assert (answer.status_code == 422) if known != body else (answer.text == text)
            return
        told = []
        for sku, (said, word) in lines.items():
            is_new = sku not in self.told.products
            if is_new and "title" not in said:
                told.append("refused")
            else:
                told.append(self.speak(sku, ({"stock": 1} if is_new else {}) | said, word))
        assert [json.loads(line)["outcome"] for line in answer.text.splitlines()] == told
        if key is not None:
            self.told.answers[key] = body, answer.text

    def condition(self, who, sku, state):
        """Give the header that asks for a state, and whether the product is in it."""
        is_there = sku in self.told.products
        if state == "there":
            return {"If-Match": "*"}, is_there
        if state == "not there":
            return {"If-None-Match": "*"}, not is_there
        now = self.ask(who, "GET", f"/{sku}").headers.get("ETag", '"none"')
        if state == "as it is":
            return {"If-Match": now}, is_there
        if state == "as it was":
            was = self.marks.get(sku, '"never"')
            return {"If-Match": was}, is_there and was == now
        return {}, True

    def speak(self, sku, facts, word):
        """Take in what was said of a product, and give the outcome that is to be answered."""
        spoken = word if word in LABELS else None
        kept = self.told.products.get(sku)
        before = None if kept is None else (dict(kept.facts), kept.word, kept.spoken)
        said = None if spoken is None else Word(spoken, Speaker.PERSON)
        new: tuple[PhotoRecord, ...] | None = () if kept is None else None
        self.told.say(ProductRecord(sku, facts, word=said, photos=new))
        kept = self.told.products[sku]
        if word is None and kept.word is not None:
            self.told.label(sku, None)
        if before is None:
            return "created"
        return "unchanged" if before == (kept.facts, kept.word, kept.spoken) else "changed"


def _body(said, word):
    """Write what is said as JSON; a price is in cents here."""
    body = {name: value for name, value in said.items() if name != "price_cents"}
    if "price_cents" in said:
        cents = said["price_cents"]
        body["price"] = None if cents is None else cents / 100
    return body | ({} if word == "not said" else {"category": word})
