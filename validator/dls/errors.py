"""What stops a command. A bad document is never an exception: it yields findings."""


class DlsError(Exception):
    """The work cannot go on; the message says where, what was found and what to do, in one sentence.

    The command prints the message without a traceback and exits with code 2.
    """
