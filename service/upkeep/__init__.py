"""Whether database, pictures and index agree, and what is done where they do not."""
