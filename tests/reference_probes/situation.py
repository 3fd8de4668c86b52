"""A published statement of a tiny pair with a dated template and tied embeddings, in which one thing changes."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.reference_probes.stated import NO_DRAW, filled, rewrite_manifest, tiny_model

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.probes.catalogue import find_probe

PROBE, N = "headline.multiple_choice", 20
SOURCE, REVISION = "hf://example/student", "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Situation:
    """A published statement with the folders of its models, in which one thing changes before the second run."""

    folder: Path
    teacher: Path
    student: Path
    monkeypatch: pytest.MonkeyPatch
    options: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    @property
    def models(self) -> list[str]:
        return ["--teacher", str(self.teacher), "--student", str(self.student), *self.options]

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    def run(self, *more: str) -> int:
        words = ["probe", "run", *self.models, "--scenario", "demo", "--dimension", "headline", "--n", str(N)]
        return main([*words, "--out", str(self.evidence), *more])

    def reproduce(self, *more: str) -> int:
        report = str(self.folder / "report.yaml")
        return main(
            ["reproduce", str(self.folder / "dls.yaml"), *self.models, *self.flags, "-o", report, *NO_DRAW, *more]
        )

    def claims(self) -> dict[str, Any]:
        """Return the verdicts of the report by claim; the report follows every rule."""
        assert check(self.folder / "report.yaml").findings == ()
        return {claim["id"]: claim for claim in read(self.folder / "report.yaml").value["claims"]}

    def verdicts(self) -> set[str]:
        return {claim["verdict"] for claim in self.claims().values()}

    def publish(self) -> None:
        """Draft the statement from the evidence as it lies there."""
        path = self.folder / "dls.yaml"
        assert main(["draft", str(self.evidence), "-o", str(path), "--force"]) == 0
        document = filled(read(path).value)
        document["student"] |= {"source": SOURCE, "revision": REVISION}
        path.write_text(yaml_text(document))

    def edit_statement(self, change: Callable[[Any], Any]) -> None:
        path = self.folder / "dls.yaml"
        document = read(path).value
        change(document)
        path.write_text(yaml_text(document))

    def edit_json(self, name: str, **members: Any) -> None:
        path = self.student / name
        path.write_text(json.dumps(json.loads(path.read_text()) | members, indent=1))

    def edit_text(self, name: str, old: str, new: str) -> None:
        path = self.student / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def tensors(self) -> dict[str, torch.Tensor]:
        return load_file(self.student / "model.safetensors")

    def store(self, tensors: dict[str, torch.Tensor], **metadata: str) -> None:
        save_file(tensors, self.student / "model.safetensors", {"format": "pt", **metadata})

    def store_shards(self, folder: str = "") -> None:
        """Store the tensors in two files and an index, in place of the whole file."""
        tensors, names = self.tensors(), (f"{folder}model-1-of-2.safetensors", f"{folder}model-2-of-2.safetensors")
        places = {name: names[i % 2] for i, name in enumerate(sorted(tensors))}
        for path in names:
            (self.student / path).parent.mkdir(exist_ok=True)
            save_file({name: tensors[name] for name in places if places[name] == path}, self.student / path)
        (self.student / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
        (self.student / "model.safetensors").unlink()

    def move_into_a_cache(self, name: str = "models--example--student", revision: str = REVISION) -> None:
        """Move the student to the place that a cache of the hub has for its source."""
        place = self.student.parent / name / "snapshots" / revision
        place.parent.mkdir(parents=True)
        self.student = self.student.rename(place)

    def edit_manifest(self, change: Callable[[Any], None]) -> None:
        """Change the facts of the evidence, and publish it again."""
        path = self.evidence / PROBE / "manifest.json"
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest))
        self.publish()

    def edit_circumstances(self, **members: str) -> None:
        self.edit_manifest(lambda manifest: [arm.update(members) for arm in manifest["circumstances"].values()])

    def edit_records(self) -> None:
        """Let the student choose each right answer, and hash everything again."""
        path, manifest = self.evidence / PROBE / "student.jsonl", self.evidence / PROBE / "manifest.json"
        records = [json.loads(line) for line in path.read_text().splitlines()]
        items = find_probe(PROBE).items(json.loads(manifest.read_text())["items"]["seed"], N)
        for record, item in zip(records, items, strict=True):
            record["logprobs"] = [[-0.1 if k == item.answer else -5.0 for k in range(len(item.options))]]
        path.write_text("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))
        rewrite_manifest(self.evidence / PROBE)
        self.publish()


@pytest.fixture(scope="session")
def _situation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish a tiny pair whose template prints the day, and whose student ties its embeddings."""
    from dls_probes.pair.recipe import Recipe, new_model
    from dls_probes.pair.tokenizer import CHAT_TEMPLATE, build_tokenizer

    folder, tokenizer = tmp_path_factory.mktemp("original"), build_tokenizer()
    tokenizer.chat_template = "today {{ strftime_now('%d %b %Y') }}" + CHAT_TEMPLATE
    tiny_model(folder, tokenizer, "teacher", 64, 1)
    student = new_model(Recipe("student", hidden=32, layers=2, intermediate=32, steps=0, seed=2), len(tokenizer)).half()
    student.config.tie_word_embeddings = True
    student.tie_weights()
    student.save_pretrained(folder / "student")
    tokenizer.save_pretrained(folder / "student")
    with pytest.MonkeyPatch.context() as monkeypatch:
        situation = Situation(folder, folder / "teacher", folder / "student", monkeypatch)
        assert situation.run() == 0
        situation.publish()
    return folder


@pytest.fixture
def situation(_situation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Situation:
    shutil.copytree(_situation, tmp_path / "published")
    folder = tmp_path / "published"
    return Situation(folder, folder / "teacher", folder / "student", monkeypatch)
