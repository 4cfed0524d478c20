"""Who asks with this request, and the parts that guard it."""

from typing import cast

from flask import Flask, current_app, g

from service.access.actor import NOBODY, Actor
from service.access.parts import Access

_KEY = "lookalike.access"


def attach(app: Flask, access: Access) -> None:
    """Give an application its accounts and keys."""
    app.extensions[_KEY] = access


def access() -> Access:
    """Give the accounts and keys of the application that answers this request."""
    return cast(Access, current_app.extensions[_KEY])


def actor() -> Actor:
    """Give who asks with this request; nobody on public routes, where it is not looked at."""
    return cast(Actor, g.get("actor", NOBODY))
