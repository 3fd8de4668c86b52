"""Actors of a real Ray cluster: the records of one process, whatever is lost on the way, or one sentence."""

import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import msgspec
import pytest
from tests.reference_probes.runs.test_run import SMALL_PACKS, elicit, items, run

from dls.errors import DlsError
from dls_probes.engine.executor import InProcessExecutor
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.ray_cluster import RayCluster
from dls_probes.engine.ray_pool import RayPool
from dls_probes.models.transformers_model import ModelSpec, load_model
from dls_probes.packs import Pack
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, elicit_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("cluster"),
    pytest.mark.filterwarnings("ignore"),  # those of Ray itself
]
ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def cluster():
    """Start a cluster with a head of one CPU and a second node of one CPU."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
    yield cluster
    ray.shutdown()
    cluster.shutdown()


@pytest.fixture(scope="module")
def many():
    return ProbeRun("test", "1.0", elicit, items(96), seed=1)


@pytest.fixture(scope="module")
def expected(llama, many, tmp_path_factory):
    return records(run(llama, tmp_path_factory.mktemp("alone") / "ledger", probe=many))


def records(result):
    return msgspec.json.encode(result.records)


def on_ray(folder, ledger, probe, actors=2):
    with open_model(ModelSpec(folder), workers=RayCluster(actors)) as model, Ledger(ledger) as packs:
        return elicit_model(probe, model, packs, budget=SMALL_PACKS)


@contextmanager
def later(act):
    """Do something beside a run."""
    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join()


def wait_for_packs(ledger):
    """Wait until some packs are done."""
    while not ledger.exists() or ledger.stat().st_size < 4000:
        time.sleep(0.01)


def kill_an_actor(ledger):
    """Kill an actor's process, which bears the name of its class, as soon as some packs are done."""
    wait_for_packs(ledger)
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if path.read_bytes().startswith(b"ray::_Actor"):
                os.kill(int(path.parent.name), signal.SIGKILL)
                return


def test_two_actors_give_the_records_of_one_process(llama, many, expected, tmp_path):
    assert records(on_ray(llama, tmp_path / "ledger", many)) == expected


def test_a_killed_actor_changes_no_record(llama, many, expected, tmp_path):
    with later(partial(kill_an_actor, tmp_path / "ledger")):
        result = on_ray(llama, tmp_path / "ledger", many)
    assert records(result) == expected
    assert any("an actor was lost" in event for event in result.events)


def test_a_lost_node_changes_no_record(cluster, llama, many, expected, tmp_path):
    def lose_a_node():
        wait_for_packs(tmp_path / "ledger")
        node = next(node for node in cluster.list_all_nodes() if not node.head)
        cluster.remove_node(node, allow_graceful=False)
        time.sleep(2)
        cluster.add_node(num_cpus=1)

    with later(lose_a_node):
        result = on_ray(llama, tmp_path / "ledger", many)
    assert records(result) == expected


def test_actors_without_a_place_end_in_a_sentence_that_says_what_is_there(llama):
    pool = RayPool(partial(load_alone, ModelSpec(llama)), RayCluster(2, gpus=4, patience=5), lambda: None)
    with pytest.raises(DlsError, match=r"wants 1 CPU and 4 GPUs, and the cluster has \d CPUs and 0 GPUs"):
        list(pool.map([Pack("describe", "", ())]))
    pool.close()


def load_alone(spec, _number):
    return load_model(spec)


class Different:
    """A model on a node with another library, as an actor would have it."""

    def __init__(self, spec):
        self._model = load_model(spec)

    def describe(self):
        return {**self._model.describe(), "torch": "1.0"}


def load_other(spec, _number):
    return Different(spec)


def test_an_actor_with_another_version_is_refused(llama):
    pool = RayPool(partial(load_other, ModelSpec(llama)), RayCluster(1), lambda: None)
    with pytest.raises(DlsError, match=r"torch 1.0 instead of \d"):
        list(pool.map([Pack("describe", "", ())]))
    pool.close()


def test_a_folder_that_no_node_has_is_one_sentence(tmp_path):
    pool = RayPool(partial(load_alone, ModelSpec(tmp_path / "none")), RayCluster(1), lambda: None)
    with pytest.raises(DlsError, match="none"):
        list(pool.map([Pack("describe", "", ())]))
    pool.close()


def die(_number):
    os._exit(3)


def test_actors_that_die_while_they_load_end_the_run():
    pool = RayPool(die, RayCluster(1), lambda: None)
    with pytest.raises(DlsError, match="3 actors were lost before they had loaded the model"):
        list(pool.map([Pack("describe", "", ())]))
    pool.close()


def test_the_descriptions_of_actor_and_process_are_equal(llama):
    pool = RayPool(partial(load_alone, ModelSpec(llama)), RayCluster(1), lambda: None)
    here = InProcessExecutor(load_model(ModelSpec(llama)), lambda: None)
    assert [a for _, a in pool.map([Pack("describe", "", ())])] == [a for _, a in here.map([Pack("describe", "", ())])]
    pool.close()
    here.close()
