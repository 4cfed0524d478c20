"""Who asks, and whether they may: looked at before every route, by the table of permissions."""
