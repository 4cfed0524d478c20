"""The recipe of the bundle clothing-photos: people's own photos."""
