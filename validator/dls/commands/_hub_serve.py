"""`dls hub serve`: the options of the bot."""

import os
from argparse import ArgumentParser, Namespace

from dls.commands._statement_files import statements_among
from dls.errors import DlsError

SECRET = "WEBHOOK_SECRET"  # noqa: S105 - the name of the variable, which the hub's own server has too
EXTRA = "{name} is not installed; pip install 'distillation-loss-statement[bot]'"
EXAMPLE = """example:
  WEBHOOK_SECRET=... HF_TOKEN=... dls hub serve
  WEBHOOK_SECRET=... HF_TOKEN=... dls hub serve --host 0.0.0.0 --queue redis://queue:6379/0

Takes the webhooks of a hub at /webhook, checks each pull request to a model repository, and answers `/dls validate` and
`/dls recompute` in its discussions, with one comment that it keeps up to date. /healthz and /metrics show how it is.
Exit code: that of the signal that stops it; 2 where it cannot start.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="default: 7860")
    parser.add_argument("--queue", default="dls-bot.sqlite", metavar="PLACE", help="a file, or redis://HOST:PORT/DB")
    parser.add_argument("--scenario", metavar="P", help="judge against this profile as well: an id or a path")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="checks at the same time (default: 2)")
    parser.add_argument("--limit", type=int, default=64, metavar="MIB", help="of all files of a check (default: 64)")
    parser.add_argument("--seconds", type=float, default=120, metavar="S", help="of a check (default: 120)")
    parser.add_argument("--memory", type=int, default=4096, metavar="MIB", help="of a check (default: 4096)")
    parser.add_argument("--rest", type=float, default=2, metavar="S", help="between checks of one repository (2)")
    parser.add_argument("--lease", type=float, default=30, metavar="S", help="until a dead worker's task is free (30)")
    parser.add_argument("--retry", type=float, default=5, metavar="S", help="before the second try (default: 5)")
    parser.add_argument("--insecure", action="store_true", help="take webhooks without a secret")


def run(arguments: Namespace) -> int:
    """Serve until a signal."""
    secret = os.environ.get(SECRET) or None
    if secret is None and not arguments.insecure:
        raise DlsError(f"{SECRET} is not set, so everyone could give orders; set it to the secret of your webhook")
    try:
        from dls.bot.errand import CheckOptions
        from dls.bot.isolation import ProcessLimits
        from dls.bot.service import Address, open_store, serve
        from dls.bot.store import StoreLimits
        from dls.bot.workers import Persistence, WorkerOptions

        store = open_store(arguments.queue, StoreLimits(lease=arguments.lease, rest=arguments.rest))
    except ModuleNotFoundError as error:
        raise DlsError(EXTRA.format(name=error.name)) from None
    from huggingface_hub import get_token

    from dls.scenarios.profile import load_profile

    if get_token() is None:
        raise DlsError("the hub gets no token, so no comment could be written; set HF_TOKEN")
    scenario = load_profile(arguments.scenario) if arguments.scenario else None
    most_bytes = arguments.limit << 20
    options = WorkerOptions(
        check=CheckOptions(statements_among, most_bytes, scenario),
        threads=arguments.workers,
        lease=arguments.lease,
        limits=ProcessLimits(arguments.seconds, arguments.memory << 20, most_bytes + (64 << 20)),
        persistence=Persistence(first=arguments.retry),
    )
    serve(Address(arguments.host, arguments.port), secret, store, options)
    return 0
