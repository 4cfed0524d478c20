"""Photos to learn from: data sets and a user's own, framed, split and held out."""
