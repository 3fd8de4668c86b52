"""The claimed numbers computed again, and whether they agree."""
