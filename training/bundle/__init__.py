"""A fitted network as a bundle, with its model card and where it comes from."""
