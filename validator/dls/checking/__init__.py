"""One file, and all its findings."""
