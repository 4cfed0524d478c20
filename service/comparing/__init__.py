"""Another model beside the one that answers: what would change in this catalogue."""
