"""Every address that the standard gives begins with one base, which stands in one place."""

import re
from pathlib import Path

import pytest

from dls.exporting import in_toto
from dls.finding import RULE_PAGES
from dls.signing import envelope
from dls.standard.draft07 import draft07_schema
from dls.standard.schemas import VERSION_KEYS, schema
from dls.version import BASE_URI

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", VERSION_KEYS.values())
def test_a_schema_is_named_below_the_base_as_it_lies_in_the_repository(kind):
    address = f"{BASE_URI}schema/1.0/{kind}.schema.json"
    assert schema(kind)["$id"] == address
    assert draft07_schema(kind)["$id"] == address.replace("/1.0/", "/1.0/draft-07/")
    assert (ROOT / address.removeprefix(BASE_URI)).is_file()


def test_predicates_and_rules_are_named_below_the_base():
    names = (envelope.PREDICATE_TYPE, in_toto.PREDICATE_TYPE, RULE_PAGES)
    assert names == (f"{BASE_URI}1.0/reproduction", f"{BASE_URI}1.0/statement", f"{BASE_URI}rules/")
    assert BASE_URI.startswith("https://w3id.org/")


def test_the_base_is_written_in_one_module_of_the_package():
    modules = [path for path in (ROOT / "validator").rglob("*.py") if BASE_URI in path.read_text()]
    assert [path.name for path in modules] == ["version.py"]


def test_the_page_about_versions_tells_it():
    assert f"`{BASE_URI}`" in (ROOT / "spec" / "1.0" / "versioning.md").read_text()


def test_no_other_scheme_is_left_in_the_standard():
    files = [*(ROOT / "schema").rglob("*.json"), *(ROOT / "spec").rglob("*.md"), *(ROOT / "validator").rglob("*.py")]
    assert [path for path in files if re.search(r"urn:dls:", path.read_text())] == []
