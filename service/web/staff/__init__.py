"""The pages for the shop's staff; every one works without JavaScript."""
