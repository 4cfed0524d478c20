"""Who may: accounts, sessions, links, keys, permissions, and the log of what was done."""
