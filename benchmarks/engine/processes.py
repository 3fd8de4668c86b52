"""Processes that do tasks and measure themselves."""

import json
import os
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]


class EndedError(Exception):
    """A process ended before it answered; its figures stay unmeasured."""


class TaskProcess:
    """A process that does tasks of one kind and measures itself."""

    def __init__(self, python: str, kind: str, folder: Path, contexts: int) -> None:
        self.restart = partial(TaskProcess, python, kind, folder, contexts)
        command = [python, "-m", "benchmarks.engine.serve", kind, str(folder), str(contexts)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
            cwd=_ROOT,
        )
        self._read()

    def __call__(self, task: str, **arguments: Any) -> dict[str, float]:
        """Let the process do a task and return its measurements."""
        assert self._process.stdin is not None
        print(json.dumps({"task": task, **arguments}), file=self._process.stdin, flush=True)
        return self._read()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _read(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EndedError(f"a measuring process ended: {self._process.args!r}")
        return dict(json.loads(line))
