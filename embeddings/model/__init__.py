"""The model bundle: a folder with all that serving needs, each byte of it checked."""
