"""What stops a command. A bad document is never an exception: it yields findings."""


class DlsError(Exception):
    """The work cannot go on; the message says where, what was found and what to do, in one sentence.

    The command prints the message without a traceback and exits with code 2.
    """


class UnreadableDocument(DlsError):  # noqa: N818 - it is named by what it says
    """A file cannot be read as a document; carries the path and, where there is one, the place (from 1)."""

    def __init__(self, path: str, problem: str, line: int | None = None, column: int | None = None) -> None:
        place = "" if line is None else f":{line}:{column}"
        super().__init__(f"{path}{place}: {problem}")
        self.path = path
        self.problem = problem
        self.line = line
        self.column = column
