"""A killed bot leaves a folder behind; the next one removes it, and none that a running bot holds."""

import subprocess
import sys

from dls.bot.scratch import ScratchFolder

HOLD = "from dls.bot.scratch import ScratchFolder; print(ScratchFolder().path, flush=True); input()"


def test_the_folder_of_a_killed_bot_is_removed_and_that_of_a_running_one_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    command = [sys.executable, "-c", HOLD]
    bots = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    folders = [bot.stdout.readline().strip() for bot in bots]
    bots[0].kill()
    bots[0].communicate()
    own = ScratchFolder()
    assert {str(path) for path in tmp_path.iterdir()} == {folders[1], str(own.path)}
    own.close()
    bots[1].communicate("\n")
