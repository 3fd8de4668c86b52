"""Fuzzing of each reader of files: for any bytes, the answer is findings or one clear error."""
