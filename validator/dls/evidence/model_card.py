"""The facts about a model that a run notes beside its evidence: those that the model's folder states for people.

No digest covers them: a person reads the draft that names them. No path of the machine is among them.
"""

import msgspec

from dls.model.identity import Derivation


class ModelCard(msgspec.Struct, frozen=True, omit_defaults=True):
    """The names that a model's folder gives: every one of a hub's form, none with a path in it."""

    folder: str = ""  # the last part of its path; "" for one that names no model
    name: str = ""
    source: str = ""
    revision: str = ""
    base: str = ""
    derivation: tuple[Derivation, ...] = ()
