"""Check the statements of a repository on a hub: findings, the listed weights, the card, and the numbers again."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from dls.checking.card_check import check_card
from dls.checking.findings import findings_of, in_order
from dls.checking.validate import Report, check
from dls.finding import Finding
from dls.hub.models import listed_revisions
from dls.hub.publication import Publication
from dls.hub.statements import read_statement
from dls.identity.listed_model import ListedRevisions
from dls.rules.repository_lists_the_stated_files import RepositoryContext, repository_lists_the_stated_files
from dls.scenarios.profile import Profile
from dls.verifying.comparison import ClaimResult
from dls.verifying.recompute import open_context, recompute_claims


class RepositoryCheck(NamedTuple):
    """The results of a check.

    Attributes:
        place: the repository and the commit that was read.
        results: of each statement, and then of each card that leads to one, with paths from the root of the repository.
        claims: the verdicts on the claims of each statement, by its path; absent where it breaks the schema.
        models: the models that were compared with the hub's list, by the path of the statement and their pointer.

    """

    place: str
    results: tuple[Report, ...]
    claims: Mapping[str, list[ClaimResult]]
    models: Mapping[str, Mapping[str, ListedRevisions]]


def check_publication(
    publication: Publication, scenario: Profile | None = None, *, with_numbers: bool = True
) -> RepositoryCheck:
    """Check a revision of a repository.

    Args:
        publication: its files.
        scenario: a profile to judge the statements against, beside their own.
        with_numbers: whether to compute the numbers again.

    Raises:
        DlsError: the files of the models are too large, or the hub does not give one.
    """
    repository, folder = publication.repository, publication.folder
    results, claims, models = [], {}, {}
    for path in publication.statements:
        result = check(folder / path, scenario)
        if (statement := read_statement(folder / path)) is not None:
            models[path] = listed_revisions(repository.api, statement, repository, publication.budget)
            result = _with_listing(result, folder / path, models[path])
            if with_numbers:
                claims[path] = list(recompute_claims(open_context(folder / path)))
        results.append(_from_root(result, path, folder))
    results += [_from_root(check_card(str(folder / path)), path, folder) for path in publication.cards]
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
