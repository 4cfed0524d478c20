"""Data sets, networks, fitting, evaluation and export: everything that ends in a model bundle."""
