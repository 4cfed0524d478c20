"""`python -m service` is the command `lookalike`."""

from service.cli import main

main()
