"""From a statement to the documents that others publish."""
