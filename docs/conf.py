"""How Sphinx makes a site of the documents: `make docs` writes it to build/docs.

The sources are read from the top of the checkout, so that a link means the same on the site, in an
editor and where the code is hosted.
"""

project = "Lookalike"
author = "the contributors of Lookalike"
language = "en"

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "embeddings/bundles/*/MODEL_CARD.md"]
exclude_patterns = [".*", "build", "dist", "var"]  # not walked through for pages

# Every heading can be linked to as `page.md#heading`, written as GitHub writes it.
myst_heading_anchors = 6
nitpicky = True
smartquotes = False  # two hyphens begin an option
highlight_language = "none"  # of a block that names none: commands and tables, not Python

html_theme = "furo"
html_title = "Lookalike"
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_extra_path = ["site"]  # index.html at the top leads to the start page
