"""A waiver holds up to its last day, as a day of the calendar, and only where it says why and whose it is."""

import json
from datetime import date, timedelta

import pytest

from dls.checking.validate import check, check_waivers
from dls.checking.waivers import load_waivers
from dls.errors import DlsError
from dls.standard.specification import spec_folder

TARGET = spec_folder() / "conformance" / "documents" / "DLS804-lossless.yaml"
TODAY = date(2026, 11, 28)


def waivers(tmp_path, **changes):
    members = {"code": "DLS804", "reason": "r", "owner": "o", "expires": "2026-12-31"} | changes
    path = tmp_path / "waivers.yaml"
    path.write_text(json.dumps({"dls_waivers": "1.0", "waivers": [members]}))
    return load_waivers(path, TODAY)


def judged(entries):
    """Return whether the finding is waived, and the findings on the waivers themselves."""
    (finding,) = check(TARGET, waivers=entries).findings
    return finding.waived, [(finding.code, finding.pointer) for finding in check_waivers(entries).findings]


DAYS = {"yesterday": (-1, False), "today": (0, True), "tomorrow": (1, True), "in a year": (365, True)}


@pytest.mark.parametrize("case", DAYS)
def test_a_waiver_holds_up_to_its_last_day(tmp_path, case):
    days, holds = DAYS[case]
    expired = [] if holds else [("DLS005", "/waivers/0/expires")]
    entries = waivers(tmp_path, expires=(TODAY + timedelta(days)).isoformat())
    assert judged(entries) == (holds, expired)


@pytest.mark.parametrize(
    "text", ["20260101", "2026-W01-1", "2026001", "2026-12-31T00:00:00", "31.12.2026", "2026-02-30"]
)
def test_a_day_in_another_form_is_refused(tmp_path, text):
    with pytest.raises(DlsError, match="YYYY-MM-DD"):
        waivers(tmp_path, expires=text)


@pytest.mark.parametrize("member", ["reason", "owner"])
@pytest.mark.parametrize("text", ["", "  ", "\u00a0"])
def test_a_waiver_without_a_reason_or_an_owner_is_a_finding_and_holds_nothing(tmp_path, member, text):
    assert judged(waivers(tmp_path, **{member: text})) == (False, [("DLS005", f"/waivers/0/{member}")])
