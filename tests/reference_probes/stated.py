"""A statement in a folder and the pair that it is about, and what tests of statements say, make and hash."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from dls.canonical import file_sha256
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe
from dls.standard.numbers import GAP

NO_DRAW = ("--draw-factor", "0")
"""Most tests are about published items alone: fresh ones take twice as long."""


@dataclass(frozen=True)
class Stated:
    """A statement's folder with the pair that it is about."""

    folder: Path
    models: list[str]

    @property
    def statement(self) -> Path:
        return self.folder / "dls.yaml"

    def tell(self, change: Callable[[Any], None]) -> None:
        told = read(self.statement).value
        change(told)
        self.statement.write_text(yaml_text(told))

    def reproduce(self, *more: str) -> int:
        report = str(self.folder / "report.yaml")
        return main(["reproduce", str(self.statement), *self.models, "-o", report, *NO_DRAW, *more])


def filled(value: Any, name: str = "") -> Any:
    """Say something in every gap."""
    if isinstance(value, dict):
        return {key: filled(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [filled(member) for member in value]
    said = {"review_by": "2036-11-01", "justification": "too_costly", "source": "https://example.org/model"}
    return said.get(name, "Said by a test.") if isinstance(value, str) and GAP in value else value


def tiny_model(folder: Path, tokenizer: Any, name: str, hidden: int, seed: int) -> Path:
    from dls_probes.pair.recipe import Recipe, new_model

    recipe = Recipe(name, hidden=hidden, layers=1, intermediate=hidden, steps=0, seed=seed)
    model = new_model(recipe, len(tokenizer))
    end_its_answers(model, tokenizer.eos_token_id)
    model.half().save_pretrained(folder / name)
    tokenizer.save_pretrained(folder / name)
    return folder / name


CONTINUES = 3
"""How much more likely than its end an answer's next word is, in a model without training."""


def end_its_answers(model: Any, end: int) -> None:
    """Let a model without training end an answer at about every fourth token, so that none runs to its limit.

    All embeddings get a common part, which the end token reads.
    """
    import torch

    embeddings, head = model.get_input_embeddings().weight, model.get_output_embeddings().weight
    with torch.no_grad():
        common = torch.ones(embeddings.shape[1]) / embeddings.shape[1] ** 0.5
        embeddings += embeddings.norm(dim=1).mean() * common
        states = model.model(torch.arange(len(embeddings))[:, None]).last_hidden_state[:, -1]
        head[end] = common * math.log(len(embeddings) / CONTINUES) / (states @ common).mean()


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of everything that a digest should cover: all but run.json and draw.json."""
    return {
        path.relative_to(folder).as_posix(): file_sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("run.json", "draw.json")
    }


def rewrite_manifest(place: Path) -> None:
    """Measure again what lies in a folder, as a forger with this very package would."""
    from dls.evidence.records import parse_records, write_manifest
    from dls.measuring.measure import checks, measured_metrics
    from dls.model import Manifest

    manifest = msgspec.json.decode((place / "manifest.json").read_bytes(), type=Manifest)
    known = find_probe(manifest.probe.id)
    assert manifest.items.seed is not None
    items = known.items(manifest.items.seed, manifest.items.n)
    data = {entry.arm: (place / entry.path).read_bytes() for entry in manifest.records}
    records = {arm: parse_records(text.splitlines(), known, items, arm) for arm, text in data.items()}
    entries = tuple(
        msgspec.structs.replace(entry, sha256=file_sha256(place / entry.path), bytes=len(data[entry.arm]))
        for entry in manifest.records
    )
    found = {"checks": checks(known, items, records), "metrics": measured_metrics(known, items, records)}
    write_manifest(place, msgspec.structs.replace(manifest, records=entries, **found))
