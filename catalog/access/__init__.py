"""Who may: accounts, their sessions and links, keys, attempts to get in, and what was done."""
