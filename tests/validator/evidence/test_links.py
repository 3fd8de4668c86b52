"""A link is followed to the expected content alone: hub caches, DVC and git-annex keep each file behind one."""

import hashlib
import shutil

import pytest
from tests.some import every
from tests.validator.conftest import PROFILE
from tests.validator.evidence.hub_layout import hub_cache

from dls.checking.validate import check
from dls.commands.cli import main
from dls.document.beside import departure, has_digest, locate
from dls.document.reader import read
from dls.document.writer import yaml_text
from dls.errors import DlsError
from dls.scenarios.profile import load_profile
from dls.verifying.recompute import open_context, recompute_claims


def annex(folder, home):
    """Lock every file in an annex, as git-annex and DVC with links do: a link into a folder of objects."""
    objects = home / ".git" / "annex" / "objects"
    objects.mkdir(parents=True)
    for number, file in enumerate([path for path in folder.rglob("*") if path.is_file()]):
        shutil.move(file, objects / str(number))
        file.symlink_to(objects / str(number))
    return folder


def forest(folder, home):
    """Link the folder of the evidence as a whole."""
    shutil.move(folder / "evidence", home / "store")
    (folder / "evidence").symlink_to(home / "store")
    return folder


def link_to_the_statement(folder, home):
    """Link the statement alone: its files lie beside the file that the link leads to."""
    (home / "linked").mkdir()
    (home / "linked" / "dls.yaml").symlink_to(folder / "dls.yaml")
    return home / "linked"


LAYOUTS = {
    "a hub's cache": hub_cache,
    "an annex": annex,
    "a linked folder": forest,
    "a linked statement": link_to_the_statement,
}


def conclusions(path):
    result = check(path)
    claims = [(claim.id, claim.verdict, claim.reason) for claim in recompute_claims(open_context(path))]
    return [(f.code, f.pointer, f.message) for f in result.findings], result.assurance, claims


@pytest.mark.parametrize("layout", LAYOUTS)
def test_linked_files_are_judged_like_the_same_files_without_a_link(publication, tmp_path, layout):
    expected = conclusions(publication.folder / "dls.yaml")
    (tmp_path / "home").mkdir()
    folder = LAYOUTS[layout](publication.folder, tmp_path / "home")
    assert conclusions(folder / "dls.yaml") == expected
    assert expected[0] == []


SECRET = b'{"dls_evidence": "1.0", "token": "hunter2"}'
OUTSIDE = {
    "another file": lambda link, secret: link.symlink_to(secret),
    "nothing": lambda link, secret: link.symlink_to(secret.with_name("nothing")),
    "a folder": lambda link, secret: link.symlink_to(secret.parent),
    "a device": lambda link, _: link.symlink_to("/dev/zero"),
    "the kernel": lambda link, _: link.symlink_to("/proc/self/environ"),
}


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "away" / "secret"
    path.parent.mkdir()
    path.write_bytes(SECRET)
    return path


def lines_about(publication, link, target, secret, capsys):
    """Return all that `validate` and `recompute` say where one file is a link to a target."""
    path = publication.folder / link
    path.unlink()
    OUTSIDE[target](path, secret)
    for words in (["validate"], ["recompute"]):
        main([*words, str(publication.folder / "dls.yaml")])
    return "".join(capsys.readouterr())


MANIFEST = "evidence/headline.multiple_choice/manifest.json"
RECORDS = "evidence/headline.multiple_choice/student.jsonl"


@pytest.mark.parametrize("link", every(3, [MANIFEST, RECORDS, "small.yaml"]))
def test_of_another_content_outside_nothing_is_told(publication, secret, capsys, link):
    """Whatever the link leads to, the same is said: no digest, no size, no syntax error, and not whether it exists."""
    keep = (publication.folder / link).read_bytes()
    texts = {}
    for target in OUTSIDE:
        texts[target] = lines_about(publication, link, target, secret, capsys)
        (publication.folder / link).unlink()
        (publication.folder / link).write_bytes(keep)
    assert len(set(texts.values())) == 1, texts
    text = next(iter(texts.values()))
    assert "outside" in text
    assert "hunter2" not in text
    assert hashlib.sha256(SECRET).hexdigest() not in text


PATHS = {
    "a\\b": "backslash",
    "C:/x": "colon",
    "file:x": "colon",
    "/etc/passwd": "root",
    "a/../../b": "'..'",
    "a\0b": "NUL",
    "a/b": None,
    "./a": None,
    "..a/b..": None,
}


@pytest.mark.parametrize("name", PATHS)
def test_each_departure_by_name_has_its_own_sentence(tmp_path, name):
    word = PATHS[name]
    assert (departure(name) is None) is (word is None)
    assert word is None or word in departure(name)
    assert (locate(tmp_path, name).state == "outside") is (word is not None)


def test_a_link_within_the_folder_needs_no_digest(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    assert locate(tmp_path, "b").state == "present"
    assert locate(tmp_path, "b", has_digest("0" * 64)).state == "present"


def child(folder, digest, parent="parent"):
    """Write a profile that extends another one by its digest, and return its path."""
    value = PROFILE | {"id": "child", "extends": {"id": parent, "version": "1.0", "sha256": digest}}
    path = folder / "child.yaml"
    path.write_text(yaml_text(value))
    return path


@pytest.fixture
def parent(publication, tmp_path):
    """Return a profile in a folder of its own, and its digest."""
    path = tmp_path / "store" / "blob"
    path.parent.mkdir()
    value = read(publication.folder / "small.yaml").value | {"id": "parent"}
    path.write_text(yaml_text(value))
    return path, load_profile(path).sha256


def test_a_parent_behind_a_link_is_read_where_it_has_its_digest(tmp_path, parent):
    path, digest = parent
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "parent.yaml").symlink_to(path)
    assert load_profile(child(tmp_path / "work", digest)).parent.id == "parent"


@pytest.mark.parametrize("target", OUTSIDE)
def test_of_another_parent_behind_a_link_nothing_is_told(tmp_path, parent, secret, target):
    folder = tmp_path / "work"
    folder.mkdir()
    OUTSIDE[target](folder / "parent.yaml", secret)
    with pytest.raises(DlsError) as failure:
        load_profile(child(folder, parent[1]))
    assert str(failure.value) == (
        f"{folder / 'child.yaml'}: the profile parent, which it extends, is outside of its folder; put it beside it"
    )


def test_a_parent_is_no_path_in_the_working_folder(tmp_path, parent, monkeypatch):
    path, digest = parent
    (tmp_path / "work").mkdir()
    shutil.copy(path, tmp_path / "work" / "parent.v2")
    monkeypatch.chdir(tmp_path / "work")
    with pytest.raises(DlsError, match=r"no built-in profile 'parent\.v2'"):
        load_profile(child(tmp_path, digest, "parent.v2"))
