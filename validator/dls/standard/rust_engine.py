"""The import of jsonschema-rs, without the libraries of mail that it asks for."""

from types import ModuleType
from typing import Any

from dls.stand_ins import stand_in


def import_rust_engine() -> Any:
    """Return the module `jsonschema_rs`, or None where it is not installed.

    As it loads, the library reads the date of its own build with a function of `email.utils`. That module and its
    sockets take longer to load than the engine.
    """
    mail = ModuleType("email.utils")
    mail.parsedate_to_datetime = str  # type: ignore[attr-defined]
    try:
        with stand_in(mail.__name__, mail):
            import jsonschema_rs  # start-up: under the stand-in
    except ModuleNotFoundError:
        return None
    return jsonschema_rs
