"""Print the findings on files as JSON, and the engines: `python findings_of_files.py < paths`, in any environment."""

import json
import sys

from dls.checking.validate import check
from dls.document.engines import engines_in_use


def findings(path, engines=None):
    """Return the findings on a file as lists, as JSON would return them."""
    return [list(finding) for finding in check(path, engines=engines).findings]


if __name__ == "__main__":
    FILES = sys.stdin.read().split("\n")
    FORBIDDEN = [name for name in ("numpy", "scipy", "yaml", "rpds", "jsonschema_rs") if name in sys.modules]
    json.dump(
        {"engines": engines_in_use(), "forbidden": FORBIDDEN, "findings": [findings(path) for path in FILES]},
        sys.stdout,
    )
