"""The light half of every probe: its items from a seed, its records, and what it measures from them."""
