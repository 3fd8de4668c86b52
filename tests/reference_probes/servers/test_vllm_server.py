"""A server with vLLM's interface: what is asked of it, and that the answers are those of the same model here.

The server is a stand-in: a real vLLM takes minutes to start on this kind of machine.
"""

import pickle

import pytest
from tests.reference_probes.servers.side_by_side import difference, records

from dls.errors import DlsError
from dls_probes import pair
from dls_probes.runs.open_models import open_model
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.served_spec import spec_of

NATS = 2e-5
PROBES = ("headline.multiple_choice", "privacy.in_context_secret")


@pytest.mark.parametrize("knows_keys", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.parametrize("probe", PROBES)
def test_records_are_those_of_the_model_here(probe, knows_keys, stand_in, local_teacher, tmp_path):
    stand_in.knows_keys = knows_keys
    with open_model(spec_of(ServerAddress(stand_in.url, pair.TEACHER))) as served:
        there = records(served, probe, 1, tmp_path / "there")
        sampling = served.description["sampling"]
    here = records(local_teacher, probe, 1, tmp_path / "here")
    assert sampling == ("keyed" if knows_keys else "server_seed")
    if knows_keys or probe == PROBES[0]:
        assert difference(_without_gaps(here), _without_gaps(there)) <= NATS


def _without_gaps(value):
    """Return a record without the gaps of sampled texts: the server lists twenty candidates, so some are bounds."""
    if isinstance(value, dict):
        return {name: _without_gaps(part) for name, part in value.items() if name != "gap"}
    return [_without_gaps(part) for part in value] if isinstance(value, list | tuple) else value


def test_token_ids_and_never_texts_go_over_the_wire(stand_in, tmp_path):
    with open_model(spec_of(ServerAddress(stand_in.url, pair.TEACHER))) as served:
        records(served, PROBES[0], 1, tmp_path / "ledger")
    prompts = [body["prompt"] for path, _, body in stand_in.seen if path == "/v1/completions"]
    assert len(prompts) >= 30
    assert all(isinstance(token, int) for prompt in prompts for token in prompt)


def test_the_key_comes_from_the_environment_and_stands_nowhere(stand_in, monkeypatch):
    monkeypatch.setenv("DLS_API_KEY", "secret-4711")
    spec = spec_of(ServerAddress(stand_in.url, pair.TEACHER))
    with open_model(spec) as served:
        settings = str((served.description, spec.settings(), served.identities, spec))
    assert {headers.get("authorization") for _, headers, _ in stand_in.seen} == {"Bearer secret-4711"}
    assert "secret-4711" not in settings
    assert b"secret-4711" not in pickle.dumps(spec.address)


def test_a_model_that_is_exchanged_during_the_run_stops_it(stand_in):
    model = open_model(spec_of(ServerAddress(stand_in.url, pair.TEACHER)))
    model.__enter__()
    stand_in.window = 256
    with pytest.raises(DlsError, match="was exchanged during the run"):
        model.__exit__(None, None, None)
