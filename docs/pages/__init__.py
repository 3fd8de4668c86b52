"""The reference pages, one module for each kind."""
