"""Intervals and tests. Import the module that you need; none is loaded here."""
