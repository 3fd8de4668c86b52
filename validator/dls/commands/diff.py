"""`dls diff`: the changes between two statements."""

from argparse import ArgumentParser, Namespace

EXAMPLE = """example:
  dls diff old.dls.yaml dls.yaml
  dls diff HEAD~1:dls.yaml dls.yaml
  dls diff --format md --fail-on worse main:dls.yaml dls.yaml

REVISION:PATH is a file of a commit, as in `git show`. Claims are the same by metric, probe, data set and comparator.
A change says "worse" where an outcome fell, or the whole interval of a loss lies above that of before. It says "says
less" where a claim, its evidence, a target, an acceptance or anything else is gone or laxer.
Exit code: 0, or with --fail-on worse 1 where a change is worse or says less; 2 for a file that cannot be read."""


def configure(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = "Show the changes between two statements as they declare them; `dls validate` judges each."
    parser.epilog = EXAMPLE
    parser.add_argument("old", metavar="OLD", help="a file, or REVISION:PATH")
    parser.add_argument("new", metavar="NEW", help="a file, or REVISION:PATH")
    parser.add_argument("--format", choices=("text", "md", "json"), default="text", help="default: text")
    parser.add_argument("--fail-on", choices=("worse",), help="exit with 1 where a change is worse or says less")


def run(arguments: Namespace) -> int:
    """Compare and print."""
    from dls.report.differences import difference_json, difference_lines, difference_markdown
    from dls.report.terminal import show, write_document, write_json
    from dls.revisions.revision_changes import difference_of
    from dls.revisions.sides import open_side

    difference = difference_of(open_side(arguments.old), open_side(arguments.new))
    if arguments.format == "json":
        write_json(difference_json(difference))
    elif arguments.format == "md":
        write_document(difference_markdown(difference))
    else:
        for parts in difference_lines(difference):
            show(*parts)
    return int(arguments.fail_on is not None and difference.fails)
