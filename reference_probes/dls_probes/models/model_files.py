"""The files of a model folder, and their digests."""

from collections.abc import Iterable
from pathlib import Path

from dls.canonical import file_sha256, listing_sha256
from dls.errors import DlsError

_TOKENIZER_FILES = (
    "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json", "merges.txt", "vocab.txt",
    "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json",
)  # fmt: skip


class ModelFiles:
    """The files of one model folder during one run: it reads each for its digest at most once.

    A `ModelSpec` carries it through the run. The digests end with the run, because files may change before the next.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digests: dict[Path, str] = {}

    def weight_paths(self) -> list[Path]:
        """Return the weight files: all safetensors, otherwise the single GGUF file.

        Raises:
            DlsError: there is no folder, no such file, several GGUF files, or only weights that can run code.
        """
        expect_model(self.folder)
        files = sorted(self.folder.glob("*.safetensors")) or sorted(self.folder.glob("*.gguf"))
        if not files:
            binaries = ", ".join(path.name for path in sorted(self.folder.glob("*.bin"))) or "no weights"
            raise DlsError(
                f"{self.folder} holds {binaries}; only safetensors and GGUF weights are read, since others can run "
                "code: convert them first"
            )
        if len(files) > 1 and files[0].suffix == ".gguf":
            names = ", ".join(path.name for path in files)
            raise DlsError(
                f"{self.folder} holds {names}, and one GGUF file is a model: put the one you mean in a folder of "
                "its own"
            )
        return files

    def tokenizer_paths(self) -> list[Path]:
        """Return the tokenizer files, the chat template included; the weight files where a GGUF file holds them."""
        paths = (self.folder / name for name in _TOKENIZER_FILES)
        return [path for path in paths if path.is_file()] or self.weight_paths()

    @property
    def weights_sha256(self) -> str:
        """The digest of the weight files."""
        return self._listing_sha256(self.weight_paths())

    @property
    def tokenizer_sha256(self) -> str:
        """The digest of the tokenizer files."""
        return self._listing_sha256(self.tokenizer_paths())

    def _listing_sha256(self, paths: Iterable[Path]) -> str:
        return listing_sha256({path.name: self._sha256(path) for path in paths})

    def _sha256(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = file_sha256(path)
        return self._digests[path]


def expect_model(folder: Path) -> None:
    """Raise DlsError where a folder holds no model."""
    if not (folder / "config.json").is_file() and not list(folder.glob("*.gguf")):
        raise DlsError(
            f"{folder} is no model folder: it has no config.json; give a folder that `save_pretrained` wrote or that "
            "was downloaded whole"
        )
