"""`dls hub`: check a repository on a hub, propose a statement in a pull request, and check all of them as a bot."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dls.commands import _hub_serve
from dls.commands._statement_files import statements_among
from dls.commands.validate import FORMATS, exit_code, print_report
from dls.errors import DlsError

if TYPE_CHECKING:
    from dls.hub.repository_check import RepositoryCheck

EXTRA = "huggingface_hub is not installed; pip install 'distillation-loss-statement[hub]'"
_EXAMPLE = """example:
  dls hub check example/student-1b
  dls hub propose example/student-1b dls.yaml --dry-run
  WEBHOOK_SECRET=... HF_TOKEN=... dls hub serve

`dls hub ACTION --help` shows more of each."""
_CHECK = """example:
  dls hub check example/student-1b
  dls hub check example/student-1b@refs/pr/3 --format github --strict

Fetches the statements of a model repository and the evidence that they name, never weights, and compares the SHA-256s
that the hub lists of the weight files with those of the statement. Endpoint, token and cache are those of
huggingface_hub (HF_ENDPOINT, HF_TOKEN, HF_HOME).
Exit code: 0 no error, 1 an error or a refuted number (with --strict a warning too), 2 the repository cannot be read.
"""
_PROPOSE = """example:
  dls hub propose example/student-1b dls.yaml --dry-run
  dls hub propose example/student-1b dls.yaml

Sends the statement, the evidence that it names and the section of the model card as a pull request. Refuses a statement
with an error. With --dry-run it shows the files, and sends nothing.
Exit code: 0 sent or shown, 1 the statement has an error, 2 an input that cannot be read.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare `check`, `propose` and `serve`."""
    parser.epilog = _EXAMPLE
    parser.description = "Statements in the repositories of a hub (needs the extra [hub])."
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    raw = RawDescriptionHelpFormatter
    check = actions.add_parser("check", help="check a repository", epilog=_CHECK, formatter_class=raw)
    check.add_argument("repository", metavar="REPO[@REVISION]", help="OWNER/NAME, with a commit, branch or refs/pr/N")
    check.add_argument("--format", choices=FORMATS, default="text", help="how findings are printed (default: text)")
    check.add_argument("--scenario", metavar="P", help="judge statements against this profile as well: an id or a path")
    check.add_argument("--strict", action="store_true", help="warnings fail too")
    check.add_argument(
        "--limit", type=_mebibytes, default=512 << 20, metavar="MIB", help="of all files to fetch (default: 512)"
    )
    propose = actions.add_parser("propose", help="propose a statement", epilog=_PROPOSE, formatter_class=raw)
    propose.add_argument("repository", metavar="REPO", help="OWNER/NAME")
    propose.add_argument("statement", type=Path, metavar="STATEMENT", help="the statement, with its evidence beside it")
    propose.add_argument("--dry-run", action="store_true", help="show the files, and send nothing")
    text = "check pull requests and answer in discussions (needs the extra [bot])"
    _hub_serve.configure(actions.add_parser("serve", help=text, epilog=_hub_serve.EXAMPLE, formatter_class=raw))


def run(arguments: Namespace) -> int:
    """Run the action."""
    try:
        import huggingface_hub  # noqa: F401
    except ImportError:
        raise DlsError(EXTRA) from None
    actions = {"check": _check, "propose": _propose, "serve": _hub_serve.run}
    return actions[arguments.action](arguments)


def _mebibytes(text: str) -> int:
    return int(text) << 20


def _check(arguments: Namespace) -> int:
    from huggingface_hub import HfApi

    from dls.hub.publication import open_publication
    from dls.hub.repository import FetchBudget, open_repository
    from dls.hub.repository_check import check_publication
    from dls.report.terminal import show_problem
    from dls.scenarios.profile import load_profile

    scenario = load_profile(arguments.scenario) if arguments.scenario else None
    name, _, revision = arguments.repository.partition("@")
    repository, budget = open_repository(HfApi(), name, revision or None), FetchBudget(arguments.limit)
    with open_publication(repository, statements_among, budget) as publication:
        outcome = check_publication(publication, scenario)
    print_report(arguments.format, outcome.results, strict=arguments.strict)
    for sentence in _sentences(outcome):
        show_problem(sentence)
    return max(exit_code(outcome.results, strict=arguments.strict), _verdicts(outcome, arguments.format))


def _sentences(outcome: "RepositoryCheck") -> Iterator[str]:
    """Yield the revision that was read, and the weights that the hub lists with the digest of the statement."""
    yield f"read {outcome.place}"
    for path, models in outcome.models.items():
        statement = next(result for result in outcome.results if result.path == path)
        doubtful = {finding.pointer.split("/")[1] for finding in statement.findings if finding.code == "DLS110"}
        for pointer, revisions in models.items():
            listing = revisions.pinned or revisions.current
            if listing is not None and pointer[1:] not in doubtful:
                yield f"{path}: the {pointer[1:]} has the files that {listing.repository} lists at {listing.revision}"


def _verdicts(outcome: "RepositoryCheck", form: str) -> int:
    """Print the numbers again, on standard error beside a report for programs, and return the exit code."""
    from dls.report.terminal import show_problem
    from dls.report.verdicts import print_table, verdict_counts
    from dls.verifying.comparison import Verdict
    from dls.verifying.recompute import exit_code as verdicts_exit_code

    code = 0
    for path, claims in outcome.claims.items():
        if form == "text":
            print_table(claims)
        else:
            refutations = [claim for claim in claims if claim.verdict is Verdict.REFUTED]
            for claim in refutations:
                show_problem(f"{path}: claim '{claim.id}' is refuted: {claim.reason}")
            counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in verdict_counts(claims).items())
            show_problem(f"{path}: numbers again: {counts}")
        code = max(code, verdicts_exit_code(claims, allow_unverified=True))
    return code


def _propose(arguments: Namespace) -> int:
    from dls.hub.proposal import prepare, send
    from dls.report.terminal import show, show_problem

    with prepare(arguments.repository, arguments.statement, _write_section) as proposal:
        if proposal.result.errors or not proposal.result.readable:
            print_report("text", (proposal.result,), strict=False)
            show_problem(f"{arguments.statement} has an error, so nothing was sent; correct it first")
            return 1 if proposal.result.readable else 2
        for file in proposal.files:
            show(f"{file.action:8} {file.name}  {file.size:,} bytes  sha256 {file.sha256}")
        for note in proposal.notes:
            show_problem(note)
        if arguments.dry_run:
            show(f"nothing was sent: a pull request to {arguments.repository} would have these files")
            return 0
        show(f"opened {send(proposal)}")
    return 0


def _write_section(statement: Path, card: Path) -> str | None:
    """Write the section of a card with `dls attach`, and return why that was not possible."""
    from dls.commands.cli import COMMANDS, run_command

    command = next(command for command in COMMANDS if command.name == "attach")
    words = [str(statement), "--card", str(card)]
    return None if run_command(command, words) == 0 else "`dls attach` did not write the card's section"
