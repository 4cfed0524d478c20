"""What the log's actions are called on a page; the log and its files keep the short names."""

ACTIONS = {
    "account.accept": "used a one-time link",
    "account.add": "added an account",
    "account.remove": "removed an account",
    "account.reset": "had a password chosen anew",
    "account.role": "gave another role",
    "category.map": "said what a word stands for",
    "category.unmap": "let a word stand for itself",
    "duplicate.dismiss": "said that two products are none twice",
    "duplicate.free": "freed the SKU of a merged product",
    "duplicate.link": "linked two products as variants",
    "duplicate.merge": "merged two products",
    "feed.add": "added a feed",
    "feed.remove": "removed a feed",
    "import": "brought in products",
    "job.cancel": "cancelled a job",
    "job.create": "began a job",
    "job.pause": "let a job pause",
    "job.resume": "let a job go on",
    "key.create": "drew a key",
    "key.revoke": "revoked a key",
    "map.keep": "kept a map of columns",
    "map.remove": "removed a map of columns",
    "model.forget": "dropped what a model had read",
    "model.promote": "let a model answer",
    "model.rollback": "went back to a model",
    "photo.delete": "took a picture away",
    "photo.put": "put a picture",
    "product.change": "changed a product",
    "product.create": "created a product",
    "product.delete": "deleted a product",
    "product.label": "said a product's category",
    "product.remove": "removed products",
    "product.undo": "took a change back",
    "restore": "put a backup back",
    "review.decide": "decided a review",
    "review.take_back": "took a review back",
    "session.begin": "signed in",
    "session.end": "signed out",
    "session.end_all": "signed out everywhere",
    "session.refuse": "failed to sign in",
}


def in_words(action: str) -> str:
    """Return what an action is called; one that a newer version wrote stays as it is."""
    return ACTIONS.get(action, action)
