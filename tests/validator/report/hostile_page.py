"""A statement whose every text attacks the page that shows it."""

from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.standard.specification import spec_folder

MARKUP = "</style></script><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"
SPOOF = "\u202egnol\u202c\u2066\x1b[31m\x07"
MENTION = "@everyone https://evil.example [x](javascript:alert(1)) `c` | **b** # h\n# head\n<!-- dls:end -->"
TEXT = f"{MARKUP} {SPOOF} {MENTION}"
LONG = "long " * 2_000


def hostile_path(tmp_path, *, with_controls=True):
    """Write the statement and return its path; control characters break its schema, so that it has a bare page."""
    value = read(spec_folder() / "conformance" / "documents" / "publisher.yaml").value
    text = TEXT if with_controls else f"{MARKUP} {MENTION}"
    one_line = text.replace("\n", " ")
    for model in ("teacher", "student"):
        value[model]["name"] = f"{model} {one_line}"[:200]
    value["issuer"]["name"] = one_line[:200]
    value["scenario"] |= {"intended_use": text, "out_of_scope": text, "stakes": text}
    value["limits"] = f"{text} {LONG}"
    for entry in value["acceptances"]:
        entry.update(dict.fromkeys(("reason", "borne_by", "mitigation", "monitoring"), text))
    for entry in value["absences"]:
        entry["note"] = text
    path = tmp_path / "hostile.yaml"
    path.write_text(yaml_text(value))
    return path
