"""A fingerprint for each finding, by which a code host recognises it in the next report."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from dls.finding import Finding
from dls.report.place import path_uri, repository_path


def fingerprints_of(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the fingerprint of each finding: of its code, file and place, and of its number among equal ones.

    Neither the line nor the message counts, so that lines above it and another release leave it as it is.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    for finding in findings:
        key = finding.code, path_uri(repository_path(finding.path)), finding.pointer
        counts[key] += 1
        yield _sha256(*key, str(counts[key]))


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
