"""Background work: rows that say what is to be done, who has it, how far it is, and its files."""
