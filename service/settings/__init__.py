"""The settings of an installation: LOOKALIKE_* in the environment, each checked at the edge."""
