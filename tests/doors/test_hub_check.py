"""`dls hub check`, with the real client on the stand-in hub: a statement about other weights shows, none is fetched."""

import json

import pytest
from tests.doors.conftest import environment_of, run_commands
from tests.doors.models_on_the_hub import MODEL, add_model, put_statement, statement_about

OTHER = b"weights of another model"
FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
SHARDS = {
    "config.json": MODEL["config.json"],
    "tokenizer.json": MODEL["tokenizer.json"],
    "model.safetensors.index.json": json.dumps({"metadata": {}, "weight_map": {"a": FIRST, "b": SECOND}}).encode(),
    FIRST: b"first",
    SECOND: b"second",
}


def honest(hub, name):
    repository, commit = add_model(hub, name)
    put_statement(repository, statement_about(name, commit))
    return name


def in_shards(hub, name):
    repository, commit = add_model(hub, name, SHARDS)
    put_statement(repository, statement_about(name, commit, SHARDS))
    return name


def other_weights(hub, name):
    repository, commit = add_model(hub, name)
    put_statement(repository, statement_about(name, commit, MODEL | {"model.safetensors": OTHER}))
    return name


def another_shard(hub, name):
    repository, commit = add_model(hub, name, SHARDS)
    put_statement(repository, statement_about(name, commit, SHARDS | {SECOND: OTHER}))
    return name


def weights_pushed_later(hub, name):
    repository, commit = add_model(hub, name)
    put_statement(repository, statement_about(name, commit))
    repository.commit({"model.safetensors": OTHER})
    return name


def other_weights_without_revision(hub, name):
    repository, _ = add_model(hub, name)
    put_statement(repository, statement_about(name, None, MODEL | {"model.safetensors": OTHER}))
    return name


def another_configuration(hub, name):
    repository, commit = add_model(hub, name)
    put_statement(repository, statement_about(name, commit, MODEL | {"config.json": b'{"model_type": "gpt2"}'}))
    return name


def another_tokenizer(hub, name):
    repository, commit = add_model(hub, name)
    put_statement(repository, statement_about(name, commit, MODEL | {"tokenizer.json": b'{"version": "2.0"}'}))
    return name


def no_digests_listed(hub, name):
    repository, commit = add_model(hub, name, hides_digests=True)
    put_statement(repository, statement_about(name, commit, MODEL | {"model.safetensors": OTHER}))
    return name


def no_such_commit(hub, name):
    repository, _ = add_model(hub, name)
    put_statement(repository, statement_about(name, "ab" * 20))
    return name


def private_teacher(hub, name):
    repository, commit = add_model(hub, name)
    teacher, teacher_commit = add_model(hub, f"{name}-teacher")
    hub.repositories.pop(teacher.name)
    statement = statement_about(name, commit)
    statement["teacher"] |= {"source": f"hf://{name}-teacher", "revision": teacher_commit}
    put_statement(repository, statement)
    return name


def only_in_a_pull_request(hub, name):
    repository, commit = add_model(hub, name)
    repository.open_discussion("Add a statement", is_pull_request=True)
    put_statement(repository, statement_about(name, commit), "refs/pr/1")
    return f"{name}@refs/pr/1"


CASES = {  # exit code, severities of DLS110, and a part of its words
    honest: (0, [], ""),
    in_shards: (0, [], ""),
    other_weights: (1, ["error"], "the statement says"),
    another_shard: (1, ["error"], "the statement says"),
    weights_pushed_later: (0, ["warning"], "the statement is about an earlier revision"),
    other_weights_without_revision: (1, ["error"], "the statement says"),
    another_configuration: (1, ["error"], "config.json in"),
    another_tokenizer: (0, ["warning"], "tokenizer.json in"),
    no_digests_listed: (0, ["warning"], "not compared: "),
    no_such_commit: (1, ["error"], "has no revision"),
    private_teacher: (0, ["warning"], "is private and you may not read it"),
    only_in_a_pull_request: (0, [], ""),
}


@pytest.fixture(scope="module")
def outcomes(hub, environment):
    targets = [case(hub, f"example/{case.__name__}") for case in CASES]
    results = run_commands(environment, *(["hub", "check", target, "--format", "json"] for target in targets))
    return dict(zip(CASES, results, strict=True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_listed_digests_are_compared_with_the_statement(outcomes, case):
    code, out, err = outcomes[case]
    expected_code, severities, words = CASES[case]
    findings = [entry for entry in json.loads(out)["findings"] if entry["code"] == "DLS110"]
    assert (code, [entry["severity"] for entry in findings]) == (expected_code, severities), (out, err)
    assert all(words in entry["message"] for entry in findings)
    assert {entry["path"] for entry in findings} <= {"dls.json"}


def test_equal_files_are_said_to_be_equal_and_others_are_not(outcomes):
    assert "the student has the files that example/honest lists" in outcomes[honest][2]
    for case, (_, severities, _) in CASES.items():
        if severities and case is not private_teacher:
            assert "the student has the files" not in outcomes[case][2]


def test_no_byte_of_weights_is_fetched(outcomes, hub):
    assert outcomes
    assert hub.fetches["dls.json"] > 0
    assert [name for name in hub.fetches if name.endswith(".safetensors")] == []


BAD = {
    "example/none": "is not there, or is private",
    "example/secret": "is not there, or is private",
    "example/gated": "is gated, and you may not read it",
    "example/honest-2@no-such-branch": "has no revision 'no-such-branch'",
    "example/without": "holds no dls.yaml",
    "no name at all": "wanted OWNER/NAME",
    "example/large": "over the limit of 1 MiB",
}


@pytest.fixture(scope="module")
def refusals(hub, tmp_path_factory):
    honest(hub, "example/honest-2")
    add_model(hub, "example/without")
    for name, properties in (("secret", {"private": True}), ("gated", {"gated": True})):
        repository, commit = add_model(hub, f"example/{name}", **properties)
        put_statement(repository, statement_about(f"example/{name}", commit))
    repository, _ = add_model(hub, "example/large")
    repository.commit({"dls.yaml": b"# " + b"x" * (2 << 20)})
    stranger = environment_of(hub, tmp_path_factory.mktemp("hf"), HF_TOKEN="hf_of_a_stranger")  # noqa: S106
    commands = [["hub", "check", name, "--limit", "1"] for name in BAD]
    return dict(zip(BAD, run_commands(stranger, *commands), strict=True))


@pytest.mark.parametrize("name", BAD)
def test_a_repository_that_cannot_be_checked_gets_one_sentence(refusals, name):
    code, out, err = refusals[name]
    assert (code, out) == (2, "")
    assert BAD[name] in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_another_server_than_a_hub_and_none_at_all_get_a_sentence(hub, tmp_path):
    hub.is_broken = True
    (portal,) = run_commands(environment_of(hub, tmp_path / "a"), ["hub", "check", "example/student"])
    hub.is_broken = False
    nothing = environment_of(hub, tmp_path / "b", HF_ENDPOINT="http://127.0.0.1:9")
    (absent,) = run_commands(nothing, ["hub", "check", "example/student"])
    for code, out, err in (portal, absent):
        assert (code, out) == (2, "")
        assert "check HF_ENDPOINT and the network" in err
        assert "Traceback" not in err


@pytest.mark.slow
def test_the_hub_findings_are_those_of_the_local_copy(hub, environment, tmp_path):
    name = "example/faulty"
    repository, commit = add_model(hub, name)
    statement = statement_about(name, commit)
    statement["claims"][0]["loss"]["value"] = 0.25
    put_statement(repository, statement)
    for file in ("dls.json", "profile.yaml"):
        (tmp_path / file).write_bytes(repository.commits[repository.refs["main"]][file])
    remote, local = run_commands(
        environment,
        ["hub", "check", name, "--format", "json"],
        ["validate", "--format", "json", tmp_path / "dls.json"],
    )

    def places(out):
        return [(e["code"], e["severity"], e["line"], e["message"]) for e in json.loads(out)["findings"]]

    assert places(remote[1]) == places(local[1]) != []


CARDS = {
    "without its section": '---\ndls: {version: "1.0", path: dls.json}\n---\n# A student\n',
    "to a statement that is not there": '---\ndls: {version: "1.0", path: gone.yaml}\n---\n# A student\n',
    "that is broken": "---\ndls: [\n---\n",
    "of another kind": "# A student\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("card", CARDS)
def test_the_findings_on_a_card_are_those_of_the_local_copy(hub, environment, tmp_path, card):
    name = f"example/card-{card.replace(' ', '-')}"
    repository, commit = add_model(hub, name)
    put_statement(repository, statement_about(name, commit))
    repository.commit({"README.md": CARDS[card].encode()})
    for file in ("dls.json", "profile.yaml", "README.md"):
        (tmp_path / file).write_bytes(repository.commits[repository.refs["main"]][file])
    remote, local = run_commands(
        environment, ["hub", "check", name, "--format", "json"], ["validate", "--format", "json", tmp_path]
    )

    def places(out):
        entries = json.loads(out)["findings"]
        return [(e["path"].rpartition("/")[2], e["code"], e["line"], e["message"]) for e in entries]

    assert places(remote[1]) == places(local[1])
    assert bool(places(remote[1])) is (card != "of another kind")


@pytest.mark.slow
def test_without_the_extra_the_command_says_how_to_install_it(environment, tmp_path):
    (tmp_path / "huggingface_hub.py").write_text("raise ImportError('hidden')")
    hidden = environment | {"PYTHONPATH": f"{tmp_path}:{environment.get('PYTHONPATH', '')}"}
    ((code, _, err),) = run_commands(hidden, ["hub", "check", "example/honest"])
    assert code == 2
    assert "pip install 'distillation-loss-statement[hub]'" in err
