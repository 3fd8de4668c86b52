"""Check the statements of a repository on a hub: findings, the listed weights, and the numbers again."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from huggingface_hub import HfApi

from dls.checking.findings import findings_of, in_order
from dls.checking.validate import Report, check
from dls.finding import Finding
from dls.hub.models import listed_revisions
from dls.hub.repository import FetchBudget, open_repository
from dls.hub.statements import fetch_statements, read_statement
from dls.identity.listed_model import ListedRevisions
from dls.rules.repository_lists_the_stated_files import RepositoryContext, repository_lists_the_stated_files
from dls.scenarios.profile import Profile
from dls.verifying.comparison import ClaimResult
from dls.verifying.recompute import open_context, recompute_claims


class RepositoryCheck(NamedTuple):
    """The results of a check.

    Attributes:
        place: the repository and the commit that was read.
        results: of each statement, with paths from the root of the repository.
        claims: the verdicts on the claims of each statement, by its path; absent where it breaks the schema.
        models: the models that were compared with the hub's list, by the path of the statement and their pointer.

    """

    place: str
    results: tuple[Report, ...]
    claims: Mapping[str, list[ClaimResult]]
    models: Mapping[str, Mapping[str, ListedRevisions]]


def check_repository(
    name: str,
    revision: str | None,
    choose: Callable[[Iterable[str]], Iterable[str]],
    most_bytes: int,
    scenario: Profile | None = None,
) -> RepositoryCheck:
    """Fetch what a check reads, and check it.

    Args:
        name: of the repository.
        revision: a commit, a branch or `refs/pr/N`; None for the main branch.
        choose: the names of statements among those of all files.
        most_bytes: of all files that are fetched.
        scenario: a profile to judge the statements against, beside their own.

    Raises:
        DlsError: the repository cannot be read, holds no statement, or one whose files are too large.
    """
    api, budget = HfApi(), FetchBudget(most_bytes)
    repository = open_repository(api, name, revision)
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        statements = fetch_statements(repository, choose(repository.files), folder, budget)
        results, claims, models = [], {}, {}
        for path in statements:
            result = check(folder / path, scenario)
            if (statement := read_statement(folder / path)) is not None:
                models[path] = listed_revisions(api, statement, repository, budget)
                result = _with_listing(result, folder / path, models[path])
                claims[path] = list(recompute_claims(open_context(folder / path)))
            results.append(_from_root(result, path, folder))
    return RepositoryCheck(repository.place, tuple(results), claims, models)


def _with_listing(result: Report, path: Path, models: Mapping[str, ListedRevisions]) -> Report:
    context = open_context(path)
    reader = RepositoryContext(context, models)
    findings = findings_of(context.document, reader, repository_lists_the_stated_files)
    return result._replace(findings=in_order([*result.findings, *findings]))


def _from_root(result: Report, name: str, folder: Path) -> Report:
    """Return a result whose paths start at the root of the repository, and not in a folder that is gone."""

    def moved(finding: Finding) -> Finding:
        return finding._replace(path=name, message=finding.message.replace(f"{folder}/", ""))

    return result._replace(path=name, findings=tuple(map(moved, result.findings)))
