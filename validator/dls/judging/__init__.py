"""What printed numbers allow a statement to say."""
