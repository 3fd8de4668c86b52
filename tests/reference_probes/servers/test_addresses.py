"""An address that leads to no model ends in one sentence that says what to do."""

import socket

import pytest
from tests.reference_probes.servers.stand_in import StandIn

from dls.commands.cli import main
from dls.errors import DlsError
from dls_probes import pair
from dls_probes.models.transformers_model import ModelSpec, load_text
from dls_probes.servers import connection
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.client import Patience


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", Patience(2, 0.01, 0.02, 20))


def problem(url: str, **details: object) -> str:
    with pytest.raises(DlsError) as error:
        connection.connect(ServerAddress(url, pair.TEACHER, **details), load_text(ModelSpec(pair.TEACHER)))
    return str(error.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://", "is no address of a server; write http://host:port"),
        ("http://localhost:99999", "is no address of a server (Port out of range"),
        ("http://me:secret@localhost:80", "holds a user, a password or a query"),
        ("http://localhost:80/?key=secret", "holds a user, a password or a query"),
        ("http://10.0.0.7:8000", "use https, a tunnel to this machine, or --insecure"),
        ("http://models.example.org", "http sends questions, answers and key unencrypted"),
    ],
)
def test_a_wrong_address_is_refused_before_anything_is_sent(url, sentence):
    message = problem(url)
    assert sentence in message
    assert "secret" not in message


def test_where_no_server_listens_the_sentence_says_to_start_it():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    message = problem(f"http://127.0.0.1:{port}")
    assert "the server cannot be reached" in message
    assert message.endswith("2 times; start it, or correct the address")


@pytest.mark.parametrize("url", ["https://10.0.0.7/v1/", "http://localhost:8000/v1", "http://[::1]:8000"])
def test_a_server_on_this_machine_or_behind_https_may_be_asked(url):
    assert not ServerAddress(url, pair.TEACHER).root.endswith("/v1")


def test_a_name_that_is_not_served_is_told_with_those_that_are(stand_in: StandIn):
    stand_in.names = ("example/teacher", "example/student")
    assert problem(stand_in.url, serves="example/other").endswith(
        "serves no example/other; name one of: example/teacher, example/student"
    )
    assert "serves 2 models; name one of:" in problem(stand_in.url)


def test_a_missing_key_is_asked_for_by_its_variable(stand_in: StandIn):
    stand_in.answer = lambda _: (401, {}, iter([b"{}"]))
    message = problem(stand_in.url, keys=("DLS_TEACHER_API_KEY", "DLS_API_KEY"))
    assert message.endswith("wants a key or refuses the one it got (401); put it into DLS_TEACHER_API_KEY")


def test_a_page_of_the_web_is_no_server_of_a_model(stand_in: StandIn):
    stand_in.answer = lambda _: (404, {}, iter([b"<html>nothing here</html>"]))
    assert "lists no models under /v1/models" in problem(stand_in.url)


def test_a_redirect_is_not_followed(stand_in: StandIn):
    stand_in.answer = lambda _: (302, {"Location": "http://example.org"}, iter([b""]))
    assert "no redirect is followed" in problem(stand_in.url)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--teacher", "http://localhost:1"], "the teacher behind http://localhost:1 is asked by token ids"),
        (["--teacher", "./here", "--teacher-serves", "x"], "--teacher here is no server"),
    ],
)
def test_a_command_says_which_flag_is_missing_or_too_much(words, sentence, tmp_path, capsys):
    rest = ["--student", str(pair.STUDENT), "--scenario", "demo", "--out", str(tmp_path / "out")]
    assert main(["probe", "run", *words, *rest]) != 0
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
