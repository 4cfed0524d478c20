"""Public data sets: found on this machine, or fetched, and always checked."""
