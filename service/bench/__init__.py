"""The speed of this installation, each figure beside that of the bare library doing the same."""
