"""From a task to the reply that its discussion gets: fetch, check, compare with main."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dls.bot.comment import CommitPlace, FileCheck, comment_text, notice
from dls.bot.errand import CheckOptions, Result
from dls.bot.marker import Mark
from dls.checking.validate import Report
from dls.errors import DlsError
from dls.hub.publication import Publication, open_publication
from dls.hub.repository import FetchBudget, Repository, SilentHub, open_repository
from dls.hub.repository_check import RepositoryCheck, check_publication
from dls.hub.statements import AbsentStatement, put
from dls.page.composition import page_of
from dls.revisions.revision_changes import Difference, difference_of
from dls.revisions.sides import open_side
from dls.verifying.comparison import Verdict

MOST_FILES = 500  # of one check


class Reply(NamedTuple):
    """The text for a discussion, with its mark; and whether it is written where no person asked for it."""

    mark: Mark
    text: str
    result: Result
    is_due: bool = True


def reply_to(repository: Repository, revision: str, *, with_numbers: bool, options: CheckOptions, cache: Path) -> Reply:
    """Check a revision and return the reply.

    Args:
        repository: at the commit to check.
        revision: the name of that commit in sentences.
        with_numbers: whether to compute the numbers again.
        options: of the bot.
        cache: the folder for what is fetched.

    Raises:
        SilentHub: the hub does not answer; it may later.
    """
    mark, budget = Mark(repository.commit, is_final=True), FetchBudget(options.most_bytes, MOST_FILES, cache)
    try:
        with open_publication(repository, options.choose, budget) as publication:
            outcome = check_publication(publication, options.scenario, with_numbers=with_numbers)
            parts = [_part(publication, outcome, result, revision) for result in outcome.results]
    except AbsentStatement as error:
        return Reply(mark, notice(f"{error}"), "absent", is_due=False)
    except SilentHub:
        raise
    except DlsError as error:
        return Reply(mark, notice(f"This cannot be checked here: {error}"), "unreadable")
    is_refuted = any(claim.verdict is Verdict.REFUTED for claims in outcome.claims.values() for claim in claims)
    is_faulty = is_refuted or any(result.errors or not result.readable for result in outcome.results)
    place = CommitPlace(repository.api.endpoint, repository.name, repository.commit)
    return Reply(mark, comment_text(place, parts), "faulty" if is_faulty else "sound")


def _part(publication: Publication, outcome: RepositoryCheck, result: Report, revision: str) -> FileCheck:
    if result.path not in publication.statements:
        return FileCheck(result)
    claims = outcome.claims.get(result.path)
    path = publication.folder / result.path
    try:
        page = page_of(path, recomputed_claims=claims, with_records=False, result=result)
    except DlsError:
        page = None  # the findings say why
    return FileCheck(result, page, next(_differences(publication, result.path, revision), None), claims)


def _differences(publication: Publication, name: str, revision: str) -> Iterator[Difference]:
    """Yield the changes from the main branch, where it has the statement, and both can be compared."""
    main = open_repository(publication.repository.api, publication.repository.name)
    if name not in main.files or main.commit == publication.repository.commit:
        return
    with TemporaryDirectory() as scratch:
        try:
            put(main, name, Path(scratch), publication.budget)
            old = open_side(str(Path(scratch, name)))._replace(name=f"main: {name}")
            new = open_side(str(publication.folder / name))._replace(name=f"{revision}: {name}")
            yield difference_of(old, new)
        except SilentHub:
            raise
        except DlsError:
            return  # a statement that breaks its schema has no claims to compare; the findings say so
