"""The recipe of the bundle fashion-mnist: grey studio articles."""
