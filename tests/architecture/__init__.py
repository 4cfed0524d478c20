"""The rooms of the house by its import statements; `python -m tests.architecture` prints them."""
