"""The one table of permissions: each route of the application, and who may ask for it.

A route without a row does not start. A row is of an endpoint, so of one function: whatever needs
other rights by another method is another function.
"""

from dataclasses import dataclass

from catalog.access.terms import ActorKind, Role, Scope
from service.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may ask for a route."""

    public: bool = False  # anybody, without a key or an account
    role: Role | None = None  # the least role of an account; None: no account opens it
    scope: Scope | None = None  # what a key must be for; None: keys are not looked at
    csrf: bool = False  # it changes something for a browser, which must show a token of ours

    def admits(self, actor: Actor) -> bool:
        """Return whether somebody may ask; a key is held to its scopes on public routes, too."""
        if actor.kind is ActorKind.KEY:
            return self.scope in actor.scopes
        if self.public:
            return True
        return self.role is not None and actor.role is not None and actor.role.covers(self.role)


PAGE = Rule(public=True)
SEARCH = Rule(public=True, scope=Scope.SEARCH)
READ = Rule(public=True, scope=Scope.READ)
FORM = Rule(public=True, csrf=True)  # a form of somebody who is not signed in yet
LOOK = Rule(role=Role.VIEWER)
OWN = Rule(role=Role.VIEWER, csrf=True)  # what changes nothing, or one's own session
TAKE = Rule(role=Role.EDITOR)  # a look by which an editor has something in hand for a while
EDIT = Rule(role=Role.EDITOR, csrf=True)  # on the staff's pages, where no key comes
QUEUE = Rule(role=Role.VIEWER, scope=Scope.WRITE)  # what waits, and how far it is
WRITE = Rule(role=Role.EDITOR, scope=Scope.WRITE, csrf=True)
ASKED = Rule(role=Role.EDITOR, scope=Scope.WRITE)  # likewise, of a program too
RULE = Rule(role=Role.ADMIN)
RULING = Rule(role=Role.ADMIN, csrf=True)
ARRANGE = Rule(role=Role.ADMIN, scope=Scope.ADMIN, csrf=True)  # likewise, of a program too

RULES: dict[str, Rule] = {
    # The shop's pages.
    "static": PAGE,
    "search.home": PAGE,
    "search.search": PAGE,
    "search.search_again": PAGE,
    "search.results": PAGE,
    "browse.browse": PAGE,
    "products.product": PAGE,
    "products.similar": PAGE,
    "products.moved": PAGE,
    "photos.original": PAGE,
    "photos.preview": PAGE,
    "samples.picture": PAGE,
    "samples.search": PAGE,
    "robots.robots": PAGE,
    # Machines; the settings say which of them the public reaches.
    "machine.health": PAGE,
    "machine.ready": PAGE,
    "machine.metrics": PAGE,
    "document.docs": PAGE,
    "document.openapi": PAGE,
    # The API.
    "api_search.search": SEARCH,
    "api_products.products": READ,
    "api_products.product": READ,
    "api_products.photo": READ,
    "api_products.similar": SEARCH,
    "api_products.moved": READ,
    "api_facets.facets": READ,
    "api_writes.put": WRITE,
    "api_writes.patch": WRITE,
    "api_writes.delete": WRITE,
    "api_writes.put_photo": WRITE,
    "api_writes.delete_photo": WRITE,
    "api_writes.post": WRITE,
    "api_review.next": ASKED,
    "api_review.decide": WRITE,
    "api_review.skip": WRITE,
    "api_review.undo": WRITE,
    "api_duplicates.pairs": QUEUE,
    "api_duplicates.decide_pair": WRITE,
    "api_duplicates.bulk": WRITE,
    "api_duplicates.undo": WRITE,
    "api_feeds.feeds": QUEUE,
    "api_feeds.feed": QUEUE,
    "api_feeds.add": ARRANGE,
    "api_feeds.change": ARRANGE,
    "api_feeds.remove": ARRANGE,
    "api_feeds.read": WRITE,
    "api_feed_missing.missing_from": QUEUE,
    "api_feed_missing.withdraw": WRITE,
    "api_feed_missing.keep": WRITE,
    "api_feed_missing.ask_again": WRITE,
    "api_jobs.imports": WRITE,
    "api_jobs.tags": WRITE,
    "api_jobs.jobs": QUEUE,
    "api_jobs.job": QUEUE,
    "api_jobs.errors": QUEUE,
    "api_jobs.result": QUEUE,
    "api_jobs.pause": WRITE,
    "api_jobs.resume": WRITE,
    "api_jobs.cancel": WRITE,
    # Getting in and out.
    "staff_entry.sign_in": PAGE,
    "staff_entry.enter": FORM,
    "staff_entry.forgotten": PAGE,
    "staff_entry.invited": PAGE,
    "staff_entry.accept": FORM,
    "staff_entry.sign_out": OWN,
    "staff_entry.sign_out_everywhere": OWN,
    # The staff's pages.
    "staff_overview.overview": LOOK,
    "staff_stock.stock": LOOK,
    "staff_stock_files.table": LOOK,
    "staff_stock_files.workbook": LOOK,
    "staff_stock_files.ticked": OWN,
    "staff_product.product": LOOK,
    "staff_product.edit": EDIT,
    "staff_product.add": EDIT,
    "staff_product.arrange": EDIT,
    "staff_product.withdraw": EDIT,
    "staff_bulk.preview": EDIT,
    "staff_bulk.apply": EDIT,
    "staff_changes.changes": LOOK,
    "staff_changes.change": LOOK,
    "staff_changes.undo": EDIT,
    "staff_changes.forget": RULING,
    "staff_review.review": TAKE,
    "staff_review.decide": EDIT,
    "staff_review.skip": EDIT,
    "staff_review.undo": EDIT,
    "staff_review.look": EDIT,
    "staff_import.start": LOOK,
    "staff_import.send": EDIT,
    "staff_import.look": LOOK,
    "staff_import.change": EDIT,
    "staff_import.begin": EDIT,
    "staff_import.remove": EDIT,
    "staff_import.remove_map": EDIT,
    "staff_categories.categories": LOOK,
    "staff_categories.join": EDIT,
    "staff_categories.forget": EDIT,
    "staff_duplicates.duplicates": LOOK,
    "staff_duplicates.decide_pair": EDIT,
    "staff_duplicates.undo": EDIT,
    "staff_duplicates.preview": EDIT,
    "staff_duplicates.decide_many": EDIT,
    "staff_duplicates.look": EDIT,
    "staff_tag.start": LOOK,
    "staff_tag.send": EDIT,
    "staff_jobs.jobs": LOOK,
    "staff_jobs.result": LOOK,
    "staff_tagged.pictures": LOOK,
    "staff_tagged.small": LOOK,
    "staff_jobs.job": LOOK,
    "staff_jobs.errors": LOOK,
    "staff_jobs.verify": EDIT,
    "staff_jobs.pause": EDIT,
    "staff_jobs.resume": EDIT,
    "staff_jobs.cancel": EDIT,
    "staff_feeds.feeds": LOOK,
    "staff_feeds.add": RULING,
    "staff_feeds.edit": RULE,
    "staff_feeds.change": RULING,
    "staff_feeds.run": EDIT,
    "staff_feeds.remove": RULING,
    "staff_missing.missing": LOOK,
    "staff_missing.download": LOOK,
    "staff_missing.withdraw": EDIT,
    "staff_missing.keep": EDIT,
    "staff_missing.ask": EDIT,
    "staff_users.users": RULE,
    "staff_users.add": RULING,
    "staff_users.change_role": RULING,
    "staff_users.reset": RULING,
    "staff_users.remove": RULING,
    "staff_keys.keys": RULE,
    "staff_keys.create": RULING,
    "staff_keys.revoke": RULING,
    "staff_audit.audit": RULE,
    "staff_audit.download": RULE,
}
