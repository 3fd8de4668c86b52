"""Intervals and tests: what a number is allowed to say. Import the module that you need; none is loaded here."""
