"""What the staff bring in and have done on the pages."""
