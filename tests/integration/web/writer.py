"""A program that writes products over HTTP."""

import json

from service.access.actor import at_the_machine
from service.access.keys import KeyWish, create_key

AT = "/api/v1/products/SHIRT-1"


class Writer:
    """A program with a key for writes."""

    def __init__(self, app, access):
        self.client = app.test_client()
        wish = KeyWish("till", ("write",), per_minute=100_000)
        key = create_key(wish, by=at_the_machine(), access=access).key
        self.headers = {"Authorization": f"Bearer {key}"}

    def ask(self, method, path, body=None, kind="application/json", **headers):
        data = json.dumps(body) if isinstance(body, dict | list) else body
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            path,
            method=method,
            data=data,
            content_type=None if body is None else kind,
            headers=self.headers | sent,
        )

    def put(self, body, path=AT, **headers):
        return self.ask("PUT", path, body, **headers)

    def patch(self, body, path=AT, **headers):
        return self.ask("PATCH", path, body, **headers)

    def put_photo(self, number, data, path=AT, **headers):
        return self.ask("PUT", f"{path}/photos/{number}", data, "image/png", **headers)

    def post(self, *lines, **headers):
        body = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
        answer = self.ask("POST", "/api/v1/products", body, "application/x-ndjson", **headers)
        return answer, [json.loads(line) for line in answer.text.splitlines()]
