"""A library that stands in for another while a third one loads."""

import subprocess
import sys
from threading import Event, Thread
from types import ModuleType

import pytest

from dls.stand_ins import stand_in

UNUSED = "this_library_is_never_there"


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    """Let the process look as a command does when it starts."""
    monkeypatch.setattr(sys, "_current_frames", lambda: {0: None})


def test_a_stand_in_is_there_meanwhile_and_gone_afterwards():
    module = ModuleType(UNUSED)
    with stand_in(UNUSED, module):
        assert __import__(UNUSED) is module
    with pytest.raises(ModuleNotFoundError):
        __import__(UNUSED)


def test_an_absence_is_gone_after_an_error():
    with pytest.raises(ImportError), stand_in(UNUSED, None):
        __import__(UNUSED)
    assert UNUSED not in sys.modules


def test_a_library_that_is_loaded_stays():
    with stand_in("json", None):
        assert sys.modules["json"] is not None
    assert sys.modules["json"] is not None


def test_another_thread_sees_no_stand_in(monkeypatch):
    monkeypatch.undo()
    end = Event()
    thread = Thread(target=end.wait)
    thread.start()
    with stand_in(UNUSED, None):
        assert UNUSED not in sys.modules
    end.set()
    thread.join()


def test_a_command_loads_neither_inspect_nor_mail_and_both_are_whole_afterwards():
    script = """
import sys
import dls.commands.validate, dls.checking.validate, dls.checking.findings
print([name for name in ("typing_extensions", "inspect", "email.utils", "socket", "shutil") if name in sys.modules])
import email.utils, typing_extensions, pydantic
print(email.utils.parsedate_to_datetime("Thu, 12 Nov 2026 07:50:16 +0000").year, typing_extensions.Required)
"""
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert output.splitlines() == ["[]", "2026 typing.Required"]
