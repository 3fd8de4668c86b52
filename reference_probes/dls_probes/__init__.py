"""The reference probes: ask a teacher and a student, and write the evidence of a statement."""
