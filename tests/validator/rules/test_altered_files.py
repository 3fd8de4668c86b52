"""A file of the evidence that a tool of the reader altered gets a finding that says how, and how to mend it."""

import pytest
from tests.validator.verifying.test_recompute_records import ALTERATIONS, HEADLINE

from dls.checking.validate import check

CODES = {"manifest.json": "DLS304", "student.jsonl": "DLS306"}


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_altered_file_is_mended_by_the_words_of_its_finding(publication, alteration, name):
    change, words = ALTERATIONS[alteration]
    path = publication.folder / "evidence" / HEADLINE / name
    path.write_bytes(change(path.read_bytes()))
    findings = check(publication.folder / "dls.yaml").findings
    assert CODES[name] in {finding.code for finding in findings if words in finding.message}
