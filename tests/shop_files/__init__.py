"""Product files as shop systems export them, made to their published column lists.

Each maker gives a file with every quirk that `docs/import.md` names, and what must come of it,
worked out here and not by the code that reads it.
"""

from tests.shop_files.made import ShopFile
from tests.shop_files.makers import MAKERS

__all__ = ["MAKERS", "ShopFile"]
