"""Evidence takes a loss from printed values, even beside counts that would round it to the other side."""

from pathlib import Path

import pytest

from dls.checking.validate import check
from dls.document.reader import read

HONEST = Path("spec/1.0/conformance/documents/publisher.yaml")
NUMBERS = ("{count: 1401, n: 1500, value: 0.9340}", "{count: 1389, n: 1500, value: 0.9260,", "loss: {value: 0.0080,")


@pytest.mark.parametrize(("loss", "breaks"), [("0.1365", 0), ("0.1366", 0), ("0.1363", 1), ("0.1368", 1)])
def test_a_loss_may_differ_by_the_rounding_to_four_decimals_and_no_more(tmp_path, loss, breaks):
    """2819 and 2382 of 3200: 0.8809 and 0.7444, which are 0.1365 apart, and 0.13656 before rounding."""
    numbers = (
        "{count: 2819, n: 3200, value: 0.8809}",
        "{count: 2382, n: 3200, value: 0.7444,",
        f"loss: {{value: {loss},",
    )
    text = HONEST.read_text()
    for before, after in zip(NUMBERS, numbers, strict=True):
        assert before in text
        text = text.replace(before, after)
    (tmp_path / "dls.yaml").write_text(text)
    (tmp_path / "profile.yaml").write_bytes((HONEST.parent / "profile.yaml").read_bytes())
    assert read(tmp_path / "dls.yaml").value["claims"]
    assert sum(finding.code == "DLS203" for finding in check(tmp_path / "dls.yaml").findings) == breaks
