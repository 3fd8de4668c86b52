"""Two statements, or two revisions of one, and the changes between them."""
