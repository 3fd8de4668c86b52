"""What several probes share: kinds of items, records, and the numbers measured from them."""
