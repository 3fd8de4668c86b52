"""A statement being written: from evidence to a draft with marked gaps."""
