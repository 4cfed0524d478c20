"""Holds every request to the table of permissions, before its route is asked."""

from flask import Flask, Response, g, request

from catalog.access.terms import ActorKind
from service.access.actor import NOBODY, Actor
from service.access.keys import who_holds
from service.access.parts import Access
from service.access.permissions import RULES, Rule
from service.access.sessions import who_has
from service.errors import NotAllowed, NotSignedIn
from service.problems import NO_CONTENT
from service.web.guard import cookies, cross_origin, forms
from service.web.guard.current import access, actor, attach
from service.web.requests.proxy import seen_as
from service.web.requests.received import begin_receiving, is_asked_first

_BEARER = "Bearer "
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask, parts: Access) -> None:
    """Hold every route of an application to its row of the table.

    Raises:
        LookupError: a route has no row.
    """
    lacking = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - RULES.keys())
    if lacking:
        raise LookupError(f"service/access/permissions.py has no row for {', '.join(lacking)}")
    attach(app, parts)
    app.before_request(_admit)
    app.after_request(_mark)
    app.jinja_env.globals.update(form_token=forms.form_token)
    app.context_processor(lambda: {"who": actor()})


def asked_from() -> str:
    """Give where this request comes from, as it is counted and logged."""
    return seen_as(request.remote_addr or "")


def _admit() -> Response | None:
    """Find out who asks, and whether they may. Nothing is looked up for most public requests."""
    if request.endpoint is None:
        return None  # there is no such route, which will be said
    rule = RULES[request.endpoint]
    if request.method == "OPTIONS":
        return cross_origin.preflight()
    who = _who(rule)
    if who is None:
        return None
    g.actor = who
    if not rule.admits(who):
        if who.kind is ActorKind.NOBODY:
            raise NotSignedIn(_needs(rule))
        raise NotAllowed(f"this is not for {who.name}: {_needs(rule)}")
    changes = rule.csrf and who.kind is not ActorKind.KEY and request.method not in _LOOKING
    if is_asked_first():
        if changes:
            forms.check_site()  # the form's own token comes with its body
        begin_receiving(who)
        return Response(status=NO_CONTENT)
    if changes:
        forms.check_form(who)
    return None


def _who(rule: Rule) -> Actor | None:
    """Give who asks; None where anybody may and nobody has shown a key."""
    if rule.scope is not None:
        # The environment is the quickest way to a header.
        authorization = request.environ.get("HTTP_AUTHORIZATION", "")
        if authorization.startswith(_BEARER):
            origin = request.headers.get("Origin")
            key = authorization.removeprefix(_BEARER).strip()
            return who_holds(key, address=asked_from(), origin=origin, access=access())
    if rule.public:
        return NOBODY.at(asked_from()) if rule.csrf else None
    token = cookies.read(cookies.SESSION)
    known = None if token is None else who_has(token, access=access())
    return (known or NOBODY).at(asked_from())


def _needs(rule: Rule) -> str:
    """Return what a route needs, in words."""
    needs = []
    if rule.role is not None:
        needs.append(f"an account that is at least {rule.role}")
    if rule.scope is not None:
        needs.append(f"a key for {rule.scope}")
    return "it needs " + " or ".join(needs)


def _mark(response: Response) -> Response:
    """Say who may keep and read an answer."""
    rule = RULES.get(request.endpoint or "")
    if rule is None:
        return response
    if rule.scope is not None:
        cross_origin.let_read(response)
    drawn = g.get("new_visitor")
    if not rule.public or rule.csrf or drawn is not None:
        response.headers["Cache-Control"] = "no-store"
    if drawn is not None:
        cookies.give(response, cookies.VISITOR, drawn)
    return response
