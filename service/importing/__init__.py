"""Brings a shop's own products in: from a table with pictures, a folder of pictures, or a ZIP."""

from service.importing.category_answers import answers_of, check_answers, learn_answers
from service.importing.maps import forget, keep, kept_maps, renaming_of
from service.importing.opening import SourceOptions
from service.importing.picture_rows import SkuFrom
from service.importing.report import ImportReport, RowError, write_errors
from service.importing.running import import_source
from service.importing.wishes import needed_map

__all__ = [
    "ImportReport",
    "RowError",
    "SkuFrom",
    "SourceOptions",
    "answers_of",
    "check_answers",
    "forget",
    "import_source",
    "keep",
    "kept_maps",
    "learn_answers",
    "needed_map",
    "renaming_of",
    "write_errors",
]
