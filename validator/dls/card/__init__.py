"""The model card beside a statement: its front matter, and the section that a statement gives it."""
