"""A second run beside a claim, and its verdict."""
