"""Write JSON values as YAML that readers of YAML 1.1 and of 1.2 take for the same values."""

import re
from typing import Any

_PLAIN = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off"))  # not text to readers of YAML 1.1
_WIDTH = 150


def yaml_text(value: Any) -> str:
    """Return a JSON value as YAML 1.2 text: small maps on one line, text quoted unless it is a simple word."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, _data: Any) -> bool:
            return True

        def increase_indent(self, *flow: bool, **options: bool) -> None:
            super().increase_indent(flow=(*flow, options.get("flow", False))[0], indentless=False)

    Dumper.add_representer(str, _text)
    Dumper.add_representer(dict, _map)
    Dumper.add_representer(list, _list)
    return str(yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH))


def quoted(text: str) -> str:
    """Return text as a YAML scalar in double quotes, on one line."""
    import yaml

    text = str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf")))
    return text.rstrip("\n")


def _text(dumper: Any, text: str) -> Any:
    plain = _PLAIN.fullmatch(text) and text not in _RESERVED
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


def _map(dumper: Any, members: dict[str, Any]) -> Any:
    return dumper.represent_mapping("tag:yaml.org,2002:map", members, flow_style=_fits(members))


def _list(dumper: Any, entries: list[Any]) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", entries, flow_style=_fits(entries))


def _fits(value: Any) -> bool:
    """Whether a value reads well on one line: it is short and no list of maps."""
    members = value.values() if isinstance(value, dict) else value
    has_maps = any(isinstance(entry, dict) for entry in members) and isinstance(value, list)
    return not has_maps and len(repr(value)) < _WIDTH
