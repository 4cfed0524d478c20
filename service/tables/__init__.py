"""Rows as files say them: records written out, prices and currencies as text."""
