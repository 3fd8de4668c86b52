"""DLS109: digests follow from files."""

from collections import Counter
from collections.abc import Iterator

from dls.finding import Violation
from dls.identity.listing import kind_of
from dls.identity.listing_digests import digests_of_files
from dls.judging.context import RuleContext
from dls.model import Adapter, Model
from dls.rules._rule import rule
from dls.rules._walk import models


def _contradictions(pointer: str, model: Model | Adapter) -> Iterator[Violation]:
    for file in model.files:
        if kind_of(file.name) is None:
            yield Violation(f"{pointer}/files", f"loading reads no file '{file.name}'; leave it out")
    for name, count in Counter(file.name for file in model.files).items():
        if count > 1:
            yield Violation(f"{pointer}/files", f"the file '{name}' stands there {count} times; wanted once")
    for name, digest in digests_of_files(model.files)._asdict().items():
        member = f"{name}_sha256"
        stated = getattr(model, member, None)
        if digest is not None and stated is not None and stated != digest:
            yield Violation(f"{pointer}/{member}", f"the files give the {member} {digest}; the statement says {stated}")


@rule("DLS109", spec="models")
def digests_follow_from_files(context: RuleContext) -> Iterator[Violation]:
    """The digests of a model are those of its listed files. Each of these stands there once, and loading may read it.

    ## Why

    `files` lets you see which file of your copy differs. A digest beside it that follows from other files would say
    that two different models are the same.
    """
    for pointer, model in models(context.statement):
        if isinstance(model, Model):
            yield from _contradictions(pointer, model)
            if model.adapter is not None:
                yield from _contradictions(f"{pointer}/adapter", model.adapter)
