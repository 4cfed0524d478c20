"""The routes that are there from the first moment: those that programs of the shop search by.

Each answers programs: a page leads to every part of the application.
"""

from service.web.api import facets, machine, products, search

FIRST = (search, products, facets, machine)
