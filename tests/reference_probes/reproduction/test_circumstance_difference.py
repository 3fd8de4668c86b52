"""Two runs differ in a version where the releases do, and a version that was never released excuses nothing."""

import msgspec
import pytest

from dls.model import Manifest, Replication
from dls.standard.numbers import TEMPLATE_DAY
from dls_probes.reproduction.circumstance_difference import (
    circumstance_differences,
    install_command,
    invented_circumstances,
)
from dls_probes.reproduction.other_circumstances import excused


def manifest(items: str = "0", dtype: str = "float32", **members: str) -> Manifest:
    """Return the facts of a run of the student alone."""
    circumstances = {"backend": "transformers", "device": "cpu", "prompts_sha256": "a" * 64} | members
    value = {
        "dls_evidence": "1.0", "probe": {"id": "headline.multiple_choice", "version": "1.0"},
        "profile": {"id": "demo", "version": "1.0", "sha256": "0" * 64}, "items": {"n": 1, "sha256": items * 64},
        "arms": {"student": {}}, "circumstances": {"student": circumstances}, "settings": {"student": {"dtype": dtype}},
        "records": [], "errors": {}, "checks": [], "metrics": [],
    }  # fmt: skip
    return msgspec.convert(value, Manifest)


@pytest.mark.parametrize(
    ("stated", "present", "difference", "unreleased"),
    [
        ({"transformers": "5.23.0"}, {"transformers": "5.23.0"}, [], ()),
        ({"transformers": "5.22.0"}, {"transformers": "5.23.0"}, ["5.23.0 instead of 5.22.0"], ()),
        ({"torch": "2.13.0+cu126"}, {"torch": "2.13.0+cpu"}, [], ()),
        ({"torch": "2.12.0+cu126"}, {"torch": "2.13.0+cpu"}, ["2.13.0+cpu instead of 2.12.0+cu126"], ()),
        ({"transformers": "5.0.0rc1"}, {"transformers": "5.23.0"}, ["5.23.0 instead of 5.0.0rc1"], ()),
        ({"transformers": "5.24.0.dev0"}, {"transformers": "5.24.0.dev0"}, [], ()),
        (
            {"transformers": "5.24.0.dev0"},
            {"transformers": "5.23.0"},
            ["5.23.0 instead"],
            ("transformers 5.24.0.dev0",),
        ),
        ({"torch": "2.13.0+mine"}, {"torch": "2.13.0"}, ["2.13.0 instead"], ("torch 2.13.0+mine",)),
        ({"tokenizers": "0.22.1+cpu"}, {"tokenizers": "0.22.1"}, ["0.22.1 instead"], ("tokenizers 0.22.1+cpu",)),
        ({"transformers": "; rm -rf"}, {"transformers": "5.23.0"}, ["5.23.0 instead"], ("transformers ; rm -rf",)),
        ({}, {"transformers": "5.23.0"}, [], ()),
    ],
)
def test_a_version_differs_where_its_release_does(stated, present, difference, unreleased):
    first, second = manifest(**stated), manifest(**present)
    clauses = [clause for entry in circumstance_differences(first, second) for clause in entry.clauses]
    assert len(clauses) == len(difference)
    assert all(words in clause for words, clause in zip(difference, clauses, strict=True))
    assert invented_circumstances(first, second) == ({"other versions": unreleased} if unreleased else {})


@pytest.mark.parametrize(
    ("second", "kinds"),
    [
        (manifest(device="cuda"), ["other device"]),
        (manifest(backend="vllm"), ["other backend"]),
        (manifest(dtype="bfloat16"), ["other precision"]),
        (manifest(prompts_sha256="b" * 64), ["other prompts"]),
        (manifest(prompts_sha256="b" * 64, items="1"), []),
    ],
)
def test_each_kind_of_circumstance_has_its_name(second, kinds):
    assert [entry.kind for entry in circumstance_differences(manifest(), second)] == kinds


INVENTIONS = {
    "a device": {"device": "quantum"},
    "a device with an index": {"device": "cuda:1"},
    "a backend": {"backend": "abacus"},
    "a day after the issue": {"template_day": "2036-01-01"},
    "the day of the run": {"template_day": "2026-11-20"},
    "a version that was never released": {"transformers": "5.24.0.dev0"},
}
REAL = {
    "a device": {"device": "cuda"},
    "a backend": {"backend": "vllm"},
    "a version": {"transformers": "4.57.1"},
}
PRESENT = {"transformers": "5.23.0", "template_day": TEMPLATE_DAY}


def excuses(**stated):
    """Return whether a stated circumstance makes a refuted number on fresh items borderline, with the reason."""
    refuted = Replication(verdict="refuted", reason="it differs")
    replication = excused(refuted, manifest(**PRESENT | stated), manifest(**PRESENT))
    return replication.verdict == "borderline", replication.reason


@pytest.mark.parametrize("name", INVENTIONS)
def test_a_circumstance_that_no_run_can_have_excuses_nothing_and_is_an_error_of_the_statement(name):
    is_excused, reason = excuses(**INVENTIONS[name])
    assert not is_excused
    (stated,) = INVENTIONS[name].items()
    assert f"the statement names {' '.join(stated)}, which no run" in reason


@pytest.mark.parametrize("name", REAL)
def test_a_circumstance_that_a_verifier_can_bring_about_excuses(name):
    assert excuses(**REAL[name])[0]


@pytest.mark.parametrize("name", INVENTIONS)
def test_an_invention_beside_other_prompts_excuses_nothing_either(name):
    assert not excuses(prompts_sha256="b" * 64, **INVENTIONS[name])[0]


@pytest.mark.parametrize("stated", [{"device": "server"}, {"backend": "openai"}])
def test_a_circumstance_that_the_owner_of_a_server_alone_knows_excuses_nothing_and_is_no_error(stated):
    is_excused, reason = excuses(**stated)
    assert not is_excused
    assert "an error of the statement" not in reason


def test_an_invention_takes_no_real_excuse_away():
    assert excuses(device="cuda", backend="abacus")[0]


def test_circumstances_that_agree_excuse_nothing_however_they_are_called():
    alike = manifest(device="quantum")
    assert invented_circumstances(alike, alike) == {}


def test_the_command_installs_releases_alone():
    """Its words come from a file that any party can write."""
    run = manifest(transformers="4.57.1", tokenizers="0.22.1; rm -rf /", torch="2.9.1+cpu")
    assert install_command(run) == "pip install transformers==4.57.1 torch==2.9.1"
