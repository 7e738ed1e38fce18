"""Week 7: to be written."""
