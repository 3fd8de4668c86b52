"""The log: one JSON object a line on standard error, in ASCII, so that no text of a stranger starts a line."""

import json
import logging
import sys
from datetime import UTC, datetime

_NAMES = ("dls.bot", "uvicorn", "huggingface_hub", "py.warnings")
_LOGGER = logging.getLogger("dls.bot")


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        members = getattr(record, "members", {})
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **members,
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def open_log() -> None:
    """Send the lines of the bot, its server and its client, and every warning, to standard error."""
    logging.captureWarnings(capture=True)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter())
    for name in _NAMES:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False


def log_event(level: int, name: str, **members: object) -> None:
    """Write a line: the name of an event, and its members."""
    _LOGGER.log(level, name, extra={"members": members})
