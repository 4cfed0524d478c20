"""Every error that this package raises on purpose.

CatalogError
├── UnknownProduct  no product has that SKU
├── ConditionFailed a write was to happen only to a state that is not there any more
├── Contradiction   two things that a write says, or it and what is there, exclude each other
├── BadRow          a row of an import breaks a rule: which, and what came
├── BadSource       an import's file, folder or archive cannot be used as a whole
├── BadFilter       a filter asks for what cannot be: a price below zero, an unknown category
└── WrongSchema     the database is of a newer or an unknown version
"""


class CatalogError(Exception):
    """Any error that this package raises on purpose."""


class UnknownProduct(CatalogError):
    """No product has that SKU."""


class ConditionFailed(CatalogError):
    """A write was to happen only to a state that is not there any more."""


class Contradiction(CatalogError):
    """Two things that a write says, or it and what is there, exclude each other."""


class BadRow(CatalogError):
    """A row of an import breaks a rule."""


class BadSource(CatalogError):
    """An import's file, folder or archive cannot be used as a whole."""


class BadFilter(CatalogError):
    """A filter asks for what cannot be."""


class WrongSchema(CatalogError):
    """The database is of a newer or an unknown version."""
