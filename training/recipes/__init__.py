"""How bundles are made, a folder each: here alone the plan for a data set is known."""
