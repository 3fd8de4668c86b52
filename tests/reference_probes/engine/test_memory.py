import pytest
import torch

from dls.errors import DlsError
from dls_probes.engine.memory import run_within_memory
from dls_probes.packs import Pack, TextJob


def job(k):
    return TextJob((0, 1, k), 1)


def run_with_room_for(jobs, rows):
    """Return a runner that fails as CUDA does when a pack is larger, and its calls."""
    calls = []

    def run(pack):
        calls.append(len(pack.jobs))
        if len(pack.jobs) > jobs or len(pack.rows) > rows:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return [text.tokens[-1] for text in pack.jobs]

    return run, calls


PACK = Pack("score", "tree/plain", ((job(1), job(2), job(3)), (job(4),), (job(5), job(6))))


@pytest.mark.parametrize(("jobs", "rows", "halvings"), [(6, 3, 0), (3, 3, 1), (3, 1, 2), (1, 1, 5)])
def test_a_pack_is_halved_until_it_fits_and_answers_in_order(jobs, rows, halvings):
    events = []
    assert run_within_memory(run_with_room_for(jobs, rows)[0], PACK, events) == [1, 2, 3, 4, 5, 6]
    assert len(events) == halvings


def test_the_same_memory_gives_the_same_halves():
    first, second = run_with_room_for(2, 1), run_with_room_for(2, 1)
    for run, _ in (first, second):
        run_within_memory(run, PACK, [])
    assert first[1] == second[1]


def test_a_single_text_that_does_not_fit_stops_with_a_remedy():
    with pytest.raises(DlsError, match="3 tokens does not fit the memory; choose a smaller --dtype"):
        run_within_memory(run_with_room_for(0, 0)[0], PACK, [])


def test_another_failure_is_not_taken_for_a_lack_of_memory():
    def broken(_pack):
        raise RuntimeError("shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="shapes"):
        run_within_memory(broken, PACK, [])
