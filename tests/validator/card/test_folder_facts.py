"""A model's folder gives the names that a hub knows, and no path of the machine."""

import json

import pytest

from dls.card.folder_facts import read_model_folder
from dls.evidence.model_card import ModelCard

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CARDS = {
    "a base": ("base_model: example/base-1b\nbase_model_relation: finetune\n", ("example/base-1b", ("fine_tuned",))),
    "a base in a list": ("base_model:\n- example/b\nbase_model_relation: quantized\n", ("example/b", ("quantised",))),
    "two bases": ("base_model: [a/b, c/d]\nbase_model_relation: merge\n", ("", ("merged",))),
    "a path": ("base_model: /home/marked/base\n", ("", ())),
    "a path below": ("base_model: ../marked/base\n", ("", ())),
    "a path of Windows": ("base_model: 'C:\\\\Users\\\\marked'\n", ("", ())),
    "no YAML": ("base_model: [\n", ("", ())),
    "no mapping": ("- base_model\n", ("", ())),
    "an unknown relation": ("base_model: a/b\nbase_model_relation: cousin\n", ("a/b", ())),
}  # fmt: skip


@pytest.mark.parametrize("case", CARDS)
def test_a_card_names_the_base_and_the_way_to_it(tmp_path, case):
    front, expected = CARDS[case]
    (tmp_path / "README.md").write_text(f"---\n{front}---\n# A title\n")
    card = read_model_folder(tmp_path)
    assert (card.base, card.derivation) == expected


def test_a_hubs_cache_names_model_address_and_commit(tmp_path):
    folder = tmp_path / "models--example--student-1b" / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    assert read_model_folder(folder) == ModelCard(
        folder="example/student-1b", name="example/student-1b", source="hf://example/student-1b", revision=COMMIT
    )


@pytest.mark.parametrize("text", [None, "", "# no front matter", "---\n", "\x00"])
def test_a_folder_without_a_card_is_known_by_its_own_name_alone(tmp_path, text):
    folder = tmp_path / "marked" / "student"
    folder.mkdir(parents=True)
    if text is not None:
        (folder / "README.md").write_text(text)
    assert read_model_folder(folder) == ModelCard(folder="student")


def test_a_draft_takes_names_base_and_derivation_from_the_run(publication):
    from dls.authoring.draft import draft_statement
    from dls.evidence.folder import find_manifests
    from dls.scenarios.profile import load_profile

    for path in (publication.folder / "evidence").glob("*/run.json"):
        teacher = {"folder": "t", "name": "example/teacher", "source": "hf://example/teacher", "revision": COMMIT}
        student = {"folder": "my-student", "base": "example/base", "derivation": ["fine_tuned"]}
        run = json.loads(path.read_text()) | {"cards": {"teacher": teacher, "student": student}}
        path.write_text(json.dumps(run))
    profile = load_profile(publication.folder / "small.yaml")
    draft = draft_statement(find_manifests(publication.folder / "evidence"), profile, publication.folder, {})
    names = ("name", "source", "revision")
    assert [draft["teacher"][name] for name in names] == ["example/teacher", "hf://example/teacher", COMMIT]
    assert (draft["student"]["base"], draft["student"]["derivation"]) == ("example/base", ["distilled", "fine_tuned"])
    assert draft["student"]["name"].endswith("; perhaps my-student")
    assert (draft["student"]["format"], draft["student"]["dtype"]) == ("safetensors", "float32")
