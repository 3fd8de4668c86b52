"""The folder of a fuzzed input."""

import shutil
from pathlib import Path
from typing import Any

from dls.document.reader import read
from dls.model import Manifest, frozen
from dls.scenarios import profile
from dls.signing import keys
from dls.standard.specification import spec_folder

DOCUMENTS = spec_folder() / "conformance" / "documents"


class Place:
    """A folder with the documents of the conformance suite, where an input is one of the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(DOCUMENTS, folder, dirs_exist_ok=True)
        self.reader = profile.load_profile(folder / "profile.yaml")
        key = folder / "fuzz.key"
        self.trust = keys.read_trusted_keys(key.with_name(f"{key.name}.pub") if key.exists() else keys.new_key(key))
        self.signer = keys.open_signer(key)
        self.statement: dict[str, Any] = read(folder / "publisher-with-evidence.yaml").value
        first = min(folder.glob("evidence/*/manifest.json"))
        self.manifest = frozen(read(first).value, Manifest)
        self.reproduction: dict[str, Any] = read(folder / "publisher-reproduced.yaml").value

    def write(self, name: str, data: bytes) -> Path:
        """Write one file of the folder and return its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path
