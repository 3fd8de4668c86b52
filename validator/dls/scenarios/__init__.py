"""What a use needs of a student, and whether its plan can decide that."""
