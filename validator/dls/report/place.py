"""The place of a file for a code host: its path from the root of its repository, from any working directory."""

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote


def repository_path(path: str) -> str:
    """Return a file's path from the root of the repository that holds it, with `/` between its parts.

    Outside of every repository it is the path from the working directory, or absolute where the file is not below that.
    """
    absolute = os.path.abspath(path)  # noqa: PTH100 - of the name: a link in a repository is one of its files
    root = _root(os.path.dirname(absolute)) or os.getcwd()  # noqa: PTH109, PTH120
    relative = os.path.relpath(absolute, root)
    return Path(absolute if relative.split(os.sep, 1)[0] == os.pardir else relative).as_posix()


def path_uri(path: str) -> str:
    """Return a place as a URI: relative like itself, or a `file:` URI where it is absolute."""
    return Path(path).as_uri() if Path(path).is_absolute() else quote(os.fsencode(path))


@lru_cache(maxsize=4096)
def _root(folder: str) -> str | None:
    """Return the nearest folder, from this one upwards, that is a git work tree."""
    return next((str(path) for path in (Path(folder), *Path(folder).parents) if _is_work_tree(path)), None)


def _is_work_tree(folder: Path) -> bool:
    """Whether a folder is a work tree: a linked one and a submodule have a file; no path is too long to ask for."""
    git = str(folder / ".git")
    return os.path.isfile(git) or os.path.exists(os.path.join(git, "HEAD"))  # noqa: PTH110, PTH113, PTH118
