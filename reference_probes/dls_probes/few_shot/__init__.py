"""Solved items before a question, for models that were never taught the format."""
