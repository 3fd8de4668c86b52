"""A statement cannot name one model and show numbers of another, or of a pair that was asked in two ways."""

import json

import pytest
from tests.validator.conftest import KEYS

from dls.canonical import file_sha256
from dls.checking.validate import check
from dls.judging.seed import derived_seed
from dls.probes.catalogue import find_probe

PROBE = "uncertainty.multiple_choice"


def manifests(publication, change):
    """Change each manifest of a publication, and let the statement name its new digest."""
    for entry in publication.statement["evidence"]:
        path = publication.folder / entry["path"]
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest))
        entry |= {"sha256": file_sha256(path), "bytes": path.stat().st_size}


def errors(publication):
    return {finding.code for finding in check(publication.write()).findings if finding.severity == "error"}


def student_behind_a_server(publication):
    publication.statement["student"] |= {"access": "logprobs", "snapshot": "best-1", "observed_on": "2026-11-10"}


def file_twice(publication):
    models = [publication.statement["student"]]
    manifests(publication, lambda manifest: models.append(manifest["arms"]["student"]))
    first = {**models[0]["files"][0], "sha256": "0" * 64}
    publication.statement["student"]["files"].insert(0, first)
    manifests(publication, lambda manifest: manifest["arms"]["student"]["files"].insert(0, first))


def teacher_under_another_release(publication):
    manifests(publication, lambda manifest: manifest["circumstances"]["teacher"].update(transformers="4.57.1"))


def teacher_in_another_backend(publication):
    manifests(publication, lambda manifest: manifest["circumstances"]["teacher"].update(backend="mine"))


def invented(arms="circumstances", **members):
    """Return a forgery in which both models were asked in a way that no run has."""

    def forge(publication):
        manifests(publication, lambda manifest: [arm.update(members) for arm in manifest[arms].values()])

    return forge


def settings_of_one_arm(publication):
    manifests(publication, lambda manifest: manifest.update(settings={"student": {"prompt_format": "chat"}}))


def student_with_more_room(publication):
    manifests(publication, lambda manifest: manifest["settings"]["student"].update(max_new_tokens=128))


def as_another_version(document, profile_sha256, keys):
    """Give a claim or a manifest a version of its probe that no release has, another n, and the seed of both."""
    document["probe"]["version"] = "9.9"
    document["items"]["n"] = 500
    document["items"]["seed"] = derived_seed(profile_sha256, keys, f"{PROBE}@9.9", 500)


def other_n_of_an_unknown_version(publication):
    sha256 = publication.statement["scenario"]["sha256"]
    for claim in publication.statement["claims"]:
        if claim["probe"]["id"] == PROBE:
            as_another_version(claim, sha256, KEYS)
    manifests(
        publication, lambda manifest: manifest["probe"]["id"] != PROBE or as_another_version(manifest, sha256, KEYS)
    )


FORGERIES = {
    "a student behind a server with a digest of tensors": (student_behind_a_server, "DLS319"),
    "a file that stands there twice": (file_twice, "DLS109"),
    "a teacher under another release of a library": (teacher_under_another_release, "DLS318"),
    "a teacher in another backend": (teacher_in_another_backend, "DLS318", "DLS320"),
    "a backend that there is not": (invented(backend="abacus"), "DLS320"),
    "a device that there is not": (invented(device="quantum"), "DLS320"),
    "another day in templates": (invented(template_day="2026-11-20"), "DLS320"),
    "a precision that there is not": (invented("settings", dtype="float7"), "DLS320"),
    "a wording that there is not": (invented("settings", prompt_format="song"), "DLS320"),
    "a number for a choice": (invented("settings", fold_system=0), "DLS320"),
    "thoughts that the profile does not have": (invented("settings", thoughts=512), "DLS318"),
    "thoughts longer than any profile's": (invented("settings", thoughts=8193), "DLS318", "DLS320"),
    "thoughts of a truth value": (invented("settings", thoughts=True), "DLS318", "DLS320"),
    "settings of one arm alone": (settings_of_one_arm, "DLS316", "DLS318"),
    "a student with room for longer answers": (student_with_more_room, "DLS318"),
    "another n for a version that no release has": (other_n_of_an_unknown_version, "DLS506"),
}


def test_the_honest_publication_gets_no_error(publication):
    assert find_probe(PROBE).version == "1.0"
    assert errors(publication) == set()


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_identity_is_an_error(name, publication):
    forge, *codes = FORGERIES[name]
    forge(publication)
    assert errors(publication) == set(codes)


def test_a_server_has_circumstances_of_its_own(publication):
    members = "files", "weights_sha256", "reading_sha256", "tokenizer_sha256", "tensors_sha256", "format", "dtype"

    def serve(manifest):
        manifest["circumstances"]["teacher"] = {"backend": "api", "device": "server"}
        for name in members:
            manifest["arms"]["teacher"].pop(name, None)

    manifests(publication, serve)
    teacher = publication.statement["teacher"]
    teacher |= {"access": "logprobs", "snapshot": "big-1", "observed_on": "2026-11-10"}
    for name in members:
        teacher.pop(name, None)
    assert "DLS318" not in errors(publication)
