"""Measure the engine against lm-eval's Hugging Face backend and against the library itself, and check the gates.

    python -m benchmarks.engine --lm-eval /path/to/python/with/lm_eval [--contexts 500] [--rounds 5] [--only GROUP ...]

This prints a table and exits 1 when a figure is over its gate. All times are CPU seconds of one thread. The variants of
a figure run in turn, and a figure is the median of the ratios within the rounds. It fails its gate only where the
better quartile fails as well, since a busy machine moves single rounds.
"""
