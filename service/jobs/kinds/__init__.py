"""The kinds of jobs, a file each, and the one list of them."""
