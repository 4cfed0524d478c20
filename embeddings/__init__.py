"""From picture bytes to pixels to one reading (category and embedding) to neighbours."""
