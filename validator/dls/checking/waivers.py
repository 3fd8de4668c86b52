"""A reader's file of waivers: findings to set aside, each with a reason, an owner and an expiry date."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from dls.document.reader import read
from dls.errors import DlsError
from dls.rules import Waiver, Waivers
from dls.rules.all_rules import ALL


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dls_waivers: Literal["1.0"]
    waivers: tuple[Waiver, ...]


def load_waivers(path: Path, today: date) -> Waivers:
    """Read a file of waivers.

    Raises:
        DlsError: the file cannot be read, or is no file of waivers.
    """
    document = read(path)
    try:
        waivers = msgspec.convert(document.value, _File).waivers
    except msgspec.ValidationError as error:
        form = 'dls_waivers: "1.0" and a list waivers, each with code, reason, owner and expires: "YYYY-MM-DD"'
        raise DlsError(f"{path}: is no file of waivers ({error}); wanted {form}") from None
    return Waivers(document, waivers, today, {rule.code: rule for rule in ALL})
