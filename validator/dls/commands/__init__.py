"""One module for each command of `dls`, imported when the command runs.

Imports inside its functions are for start-up time: `--help` loads neither rich nor numpy nor the extra [sign].
"""

from dls.stand_ins import stand_in

with stand_in("typing_extensions", None):  # msgspec does without it; its loading takes a tenth of a cold command
    import msgspec as _msgspec  # noqa: F401
