"""Errors that stop a command. A bad document is no exception: it yields findings."""


class DlsError(Exception):
    """The work cannot go on. The message says in one sentence where, what is wrong, and how to put it right.

    The command prints the message without a traceback and exits with code 2.
    """


class UnreadableDocument(DlsError):  # noqa: N818 - the name says the problem
    """A file cannot be read as a document. The error carries the path and, where there is one, the place (from 1).

    `excerpt` is the line at that place, with a caret under the column in a second line.
    """

    def __init__(
        self, path: str, problem: str, line: int | None = None, column: int | None = None, excerpt: str = ""
    ) -> None:
        place = "" if line is None else f":{line}:{column}"
        super().__init__(f"{path}{place}: {problem}")
        self.path = path
        self.problem = problem
        self.line = line
        self.column = column
        self.excerpt = excerpt
