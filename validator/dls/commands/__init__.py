"""One module for each command of `dls`, imported when the command runs.

Imports inside its functions are for start-up time: `--help` loads neither rich nor numpy nor the extra [sign].
"""
