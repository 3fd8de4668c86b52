"""A verifier's draw from a pinned file leaves out every unit that the publisher asked."""

import json

import pytest

from dls.errors import DlsError
from dls.evidence.unseen_units import UnseenUnits
from dls.probes.catalogue import find_probe
from dls.probes.shared.data_files import read_data, with_data_file

ROWS = {
    "headline.labels": lambda k: {"text": f"text {k}", "label": "a"},
    "safety.prompts": lambda k: {"prompt": f"text {k}", "label": ("forbidden", "allowed")[k % 2]},
}


def probe_on_file(name, folder, count):
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(ROWS[name](k)) + "\n" for k in range(count)))
    return with_data_file(find_probe(name), read_data(path))


def lines(items):
    return {item.id.rpartition("/")[2] for item in items}


@pytest.mark.parametrize(("name", "size"), [("headline.labels", 1), ("safety.prompts", 2)])
@pytest.mark.parametrize("seed", range(5))
def test_no_published_unit_is_drawn_again(tmp_path, name, size, seed):
    probe = probe_on_file(name, tmp_path, 40 * size)
    published, fresh = probe.items(7, 10), UnseenUnits(7, 10).probe(probe).items(seed, 20)
    assert len(fresh) == len(lines(fresh)) == 20 * size
    assert lines(fresh).isdisjoint(lines(published))


def test_a_draw_that_the_file_cannot_give_is_refused(tmp_path):
    probe = probe_on_file("headline.labels", tmp_path, 40)
    with pytest.raises(DlsError, match="asked for 41 units"):
        UnseenUnits(7, 10).probe(probe).items(3, 31)
