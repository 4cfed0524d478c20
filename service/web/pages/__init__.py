"""The pages for shoppers; every one works without JavaScript."""
