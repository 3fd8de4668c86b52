"""Fuzzing of everything that reads a file: whatever the bytes, the answer is findings or one clear error."""
