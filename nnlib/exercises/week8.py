"""Week 8: to be written."""
