"""The shop's products, photos, readings and labels: the truth that every index is a view of."""
