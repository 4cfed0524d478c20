"""The words of SQLite, behind functions with names: what another database would say otherwise."""
