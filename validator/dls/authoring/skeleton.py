"""A commented skeleton of a statement: known members are written, and each answer of a person is a marked gap."""

from collections.abc import Iterator

from dls.authoring.absences import draft_absences
from dls.authoring.gap_questions import gap
from dls.document.writer import quoted
from dls.finding import visible
from dls.model import LIMITS, ProfileTarget
from dls.scenarios.profile import Profile
from dls.standard.numbers import GAP
from dls.standard.registry import DIMENSIONS, metric

_HEAD = """\
# A Distillation Loss Statement. Every gap reads {gap}; `dls validate` lists those that are left.
# Put numbers as they were measured: trailing zeros count. Put dates, versions and digests in quotes.
dls_version: "1.0"
id: "{id}"
revision: 1                      # from 2 on, name the one before: previous: {{revision: 1, sha256: "..."}}
issued: "{today}"
issuer: {{name: "{gap}", role: publisher, contact: "{gap}"}}     # third_party: about another party's model
assurance: declared              # declared, consistent, recomputed, reproduced, independently_reproduced

# Pin both models: revision and weights_sha256; behind an API snapshot and observed_on; otherwise an identity_note.
teacher:
  name: "{gap}"
  # or replace the note by revision and weights_sha256, or by snapshot and observed_on
  identity_note: "{gap}: why there is no revision or snapshot"
  access: white_box              # white_box, logprobs, sampling, black_box, none
student:
  name: "{gap}"
  identity_note: "{gap}: as above"
  access: white_box
  derivation: [distilled]        # distilled, fine_tuned, quantised, pruned, merged, adapter, in order

distillation:
  signals: []                    # output_text, logits, rationales, features, preferences, on_policy_feedback
  objective: "{gap}: the objective, and on whose text"
  data: []
  trained_on_probe_items: unknown     # yes, no_overlap_known, unknown

scenario:
  profile: {profile}             # {title}
  version: "{version}"
{path}  sha256: "{sha256}"
  fixed_on: "{today}"        # before anything is measured
  intended_use: "{gap}"
  out_of_scope: "{gap}"
  stakes: "{gap}: the consequences of a mistake, and for whom"

"""
_CLAIMS = """\
# One claim for each metric of the profile (below), against the teacher, with the profile's targets as they stand.
# `dls probe run` and `dls draft` write them; by hand a claim looks like this:
#  - id: {id}
#    dimension: {dimension}
#    metric: {metric}
#    probe: {{id: {probe}, version: "1.0"}}
#    items: {{n: {n}, seed: 0, sha256: "..."}}
#    comparator: teacher
#    teacher: {{value: 0.0000}}
#    student: {{value: 0.0000}}
#    loss:
#      value: 0.0000
#      interval: {{low: 0.0000, high: 0.0000, level: 0.90, method: {method}, unit: item, n_units: {n}}}
#    targets:
#      - {{{target}, outcome: inconclusive}}
#    outcome: inconclusive        # the worst of its targets
#    evidence: [ev-1]
claims: []

# Replace each by a claim, or say why there is none. Of another status the justifications are:
#   not_applicable: modality, no_such_function
#   withheld: security, third_party_confidential
# An absence marked `required` needs an acceptance: its profile asks for the dimension.
absences:
"""
_ACCEPTANCES = """
# Why each lost or inconclusive claim, and each required absence, is acceptable here.
acceptances:
"""
_END = """
# An entry of evidence looks like this:
#  - {{id: ev-1, kind: regenerated, measured_on: "...", availability: bundled, path: "...", sha256: "...", bytes: 0}}
evidence: []
reproductions: []
metrics: []                      # definitions of metrics that the registry lacks
limits: "{gap}: the limits of this statement"
extensions: {{}}
"""


def statement_skeleton(profile: Profile, path: str | None, identifier: str, today: str) -> str:
    """Return the skeleton for a profile as YAML.

    Args:
        profile: the profile.
        path: its file beside the statement; None for a built-in one.
        identifier: the statement's id, a URI.
        today: the day of issue.
    """
    head = _HEAD.format(
        gap=GAP,
        id=identifier,
        today=today,
        profile=profile.id,
        title=visible(" ".join(profile.title.split())),
        version=profile.version,
        path="" if path is None else f"  path: {quoted(path)}\n",
        sha256=profile.sha256,
    )
    parts = [head, _claims(profile), *_absences(profile), _ACCEPTANCES, *_acceptances(profile), _END.format(gap=GAP)]
    return "".join(parts)


def _claims(profile: Profile) -> str:
    first = profile.targets[0]
    return _CLAIMS.format(
        id=f"{first.dimension}-{first.metric}".replace("_", "-"),
        dimension=first.dimension,
        metric=first.metric,
        probe=first.probe or "PROBE",
        n=first.n,
        method=metric(first.metric).interval,
        target=_limits(first),
    )


def _limits(target: ProfileTarget) -> str:
    limits = ((name, getattr(target, name)) for name in (*LIMITS, "chance"))
    return f"kind: {target.kind}, " + ", ".join(f"{name}: {value}" for name, value in limits if value is not None)


def _references(profile: Profile) -> list[tuple[str, str]]:
    """Return dimension and metric of each target on a reference measurement."""
    references = [target for target in profile.targets if target.dimension not in DIMENSIONS]
    return list(dict.fromkeys((target.dimension, target.metric) for target in references))


def _absences(profile: Profile) -> Iterator[str]:
    """Yield the absences of a draft without a claim, and one of each metric of a reference measurement."""
    for absence in draft_absences((), profile, ()):
        targets = (target for target in profile.targets if target.dimension == absence["dimension"])
        names = ", ".join(dict.fromkeys(profile.target_name(target) for target in targets))
        yield _absence(absence["dimension"], "", f"# required: {names}" if names else "", absence["note"])
    for dimension, name in _references(profile):
        yield _absence(dimension, f"    metric: {name}\n", "# required", gap("note"))


def _absence(dimension: str, metric_line: str, mark: str, note: str) -> str:
    return (
        f"  - {f'dimension: {dimension}':<28} {mark}".rstrip() + f"\n{metric_line}    status: not_measured\n"
        f"    justification: {quoted(gap('justification'))}\n    note: {quoted(note)}\n"
    )


def _acceptances(profile: Profile) -> Iterator[str]:
    dimensions = {*profile.required, *(target.dimension for target in profile.targets)}
    in_order = [(dimension, None) for dimension in DIMENSIONS if dimension in dimensions]
    for dimension, name in [*in_order, *_references(profile)]:
        yield f"  - dimension: {dimension}\n" + (f"    metric: {name}\n" if name else "")
        for member in ("reason", "borne_by", "mitigation", "monitoring", "accepted_by"):
            yield f'    {member}: "{GAP}"\n'
        yield f'    review_by: "{GAP}: a day, YYYY-MM-DD"\n'
