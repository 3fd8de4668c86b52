"""Models behind a server: what it can do, whether it does what it says, and its answers to packs."""
