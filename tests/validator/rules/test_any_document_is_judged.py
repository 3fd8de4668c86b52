"""Checking any document ends in findings, never in an exception."""

import copy
import json
import shutil

import pytest
from fuzz.mutation import places

from dls.checking.validate import check
from dls.document.reader import UnreadableDocument, read
from dls.draw import Draw
from dls.scenarios import profile
from dls.standard.schemas import kind_of
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"
NUMBERS = [0, 1, -1, 0.5, 1e12, -1e12, 1e-300, 0.9999, 0.95, 2, 100, 9007199254740991, 0.001, 93.4, -0.02]
OTHERS = [None, True, "", "x", "../x", "a\x00b", "2026-99-99", [], {}, "\u202e", "TODO(dls)", 1e300]
ROUNDS = 300


def mutate(value, draw):
    value = copy.deepcopy(value)
    home, name = draw.choice(list(places(value)))
    number = isinstance(home[name], (int, float)) and not isinstance(home[name], bool)
    home[name] = draw.choice(NUMBERS if number and draw.below(4) else OTHERS)
    return value


def statements():
    for path in sorted(DOCUMENTS.glob("*.yaml")):
        try:
            value = read(path).value
        except UnreadableDocument:
            continue
        if kind_of(value):
            yield path.name, value


@pytest.mark.parametrize("seed", range(3))
def test_any_document_is_judged(tmp_path, seed):
    shutil.copytree(DOCUMENTS, tmp_path / "d")
    documents = list(statements())
    draw = Draw("judged", seed)
    reader = profile.load_profile(DOCUMENTS / "profile.yaml")
    for _ in range(ROUNDS):
        value = mutate(draw.choice(documents)[1], draw)
        path = tmp_path / "d" / "dls.json"
        path.write_text(json.dumps(value))
        assert check(path, reader).path == str(path)
