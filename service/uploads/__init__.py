"""Files that staff send: kept under names that nobody guesses, until they are dealt with."""
