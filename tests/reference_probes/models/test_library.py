"""A release of transformers that was not tested is refused in one sentence, before it reads a model."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.reference_probes.models.saved import llama

from dls.errors import DlsError
from dls_probes.models.library import FIRST_UNTESTED, OLDEST
from dls_probes.models.transformers_model import ModelSpec, load_text

ROOT = Path(__file__).parents[3]


@pytest.fixture
def release(tmp_path, monkeypatch):
    """Let the metadata of the installed packages name another release."""

    def install(version):
        folder = tmp_path / "packages" / f"transformers-{version}.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: transformers\nVersion: {version}\n")
        monkeypatch.syspath_prepend(str(folder.parent))

    return install


@pytest.mark.parametrize("version", ["4.53.3", "5.3.0", "5.17.0", "6.0.0.dev0", "6.0.0", "7.1.0"])
def test_a_release_that_was_not_tested_is_refused_with_the_line_that_installs_another(version, release, tmp_path):
    folder = llama(tmp_path / "model")
    release(version)
    with pytest.raises(DlsError) as error:
        load_text(ModelSpec(folder))
    assert f"transformers {version} is installed, and these probes were tested from {OLDEST} on" in str(error.value)
    assert f"pip install 'transformers>={OLDEST},<{FIRST_UNTESTED}'" in str(error.value)


@pytest.mark.parametrize("version", [f"{OLDEST}.0", "5.100.1"])
def test_a_release_from_the_oldest_on_is_used(version, release, tmp_path):
    folder = llama(tmp_path / "model")
    release(version)
    assert load_text(ModelSpec(folder))


def test_the_package_asks_for_the_same_oldest_release():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"transformers>={OLDEST},<{FIRST_UNTESTED}" in project["optional-dependencies"]["probes"]


def test_a_release_that_lacks_a_name_gets_a_sentence_and_no_traceback():
    code = (
        "import sys, types\nsys.modules['transformers.cache_utils'] = types.ModuleType('transformers.cache_utils')\n"
        "from dls.commands.cli import main\nsys.exit(main(['demo']))"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert process.returncode == 2
    assert process.stderr.startswith("dls: cannot import name 'DynamicLayer'")
    assert "pip install --upgrade 'distillation-loss-statement[probes]'" in process.stderr
    assert process.stderr.count("\n") == 1
