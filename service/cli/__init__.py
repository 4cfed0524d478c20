"""The command line: one small module a command, each loaded only when it is called."""

from service.cli.entry import main

__all__ = ["main"]
