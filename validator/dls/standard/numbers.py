"""The numbers and names that version 1.0 fixes for all parts of the software; each has its one home here."""

from typing import Final

from dls.model.terms import Arm

VERSION: Final = "1.0"
"""The version of the standard: of its folders, and of every document's version key."""

FIRST_DAY: Final = "2026-11-01"
"""The first day on which a profile of the standard could be fixed: of the month of its first draft (ISO 8601)."""

ARMS: tuple[Arm, ...] = ("teacher", "student")
"""The two models that a statement compares."""

ALIKE = ("prompt_format", "fold_system", "frame", "dtype")
"""The settings under which both models are asked alike: the wording and the precision. A profile may exempt them."""

ANSWER_LIMIT = "max_new_tokens"
"""The setting that names the limit on new tokens of an answer; it is the profile's, and the same for both models."""

MOST_NEW_TOKENS = 4096
"""The highest such limit; the lowest is the registry's."""

NAMED = ("prompt_format", "fold_system", "dtype")
"""Those of them that the settings of every model with weights name; one without a `frame` was asked without one."""

TEMPLATE_DAY: Final = "2026-01-01"
"""The day that every chat template sees (ISO 8601): no run and no publisher chooses it, since it moves numbers."""

THOUGHTS = "thoughts"
"""The setting that says what happens to a model's thoughts: `closed`, or the number of tokens that each may take.

It is absent where a thought that a chat template opens is left open.
"""

OWNERS_BACKEND, OWNERS_DEVICE = "openai", "server"
"""The backend and the device of a server with that interface, of which only its owner knows more."""

BACKENDS = ("transformers", "vllm", "llama.cpp", OWNERS_BACKEND)
"""The software that a model may be asked by."""

DEVICES = ("cpu", "cuda", "mps", "xpu", "hpu", "npu", "tpu", "xla", OWNERS_DEVICE)
"""The kinds of device that a model may compute on, by the words of torch and of vLLM."""

LEVEL = 0.90
"""Nominal coverage of an interval. It is two-sided, so each end is a one-sided 5 % bound: the non-inferiority test."""

MOST_ERRORS = 0.01
"""The largest share of a model's items that may end in an error."""

DIGITS = 4
"""Decimals of a printed number that belongs to no metric of the registry."""

LAST_DIGIT = 10.0**-DIGITS
"""The unit of the last printed decimal."""

FINE_BELOW = 0.01
"""The size below which a printed number has `MORE_DIGITS`."""

MORE_DIGITS = 2
"""Decimals beyond the registry's, of a printed number that is too close to zero for these."""

RECORD_DIGITS = 6
"""Decimals of a number in a record; later ones differ between machines."""

NOISE = 1e-4
"""The distance, in nats, by which an honest run in fp32 may move a log-probability.

It is also the least tolerance of any number, in its metric's unit."""

LOWEST_NATS = -50.0
"""The log-probability of the right answer, in nats, in the record of an item that ended in an error."""

GAP = "TODO(dls)"
"""The mark of a gap that only a person can fill."""
