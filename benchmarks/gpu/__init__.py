"""Facts that a GPU shows and a CPU cannot, in one run of at most eight minutes.

    python -m benchmarks.gpu [--device cuda] [--minutes 8] [--small] [--out benchmarks/gpu/results]

One JSON file holds all results; docs/gpu.md is made from the kept ones. Correctness decides the exit code, and speeds
stand beside their measured limits. A check that does not fit the time left is listed as skipped, and a check that
breaks costs no other check. `--small` runs every check on a CPU in a minute, so that the script itself is tested.
"""
