"""Loaded once by the process that forks the others: one check, so that each of them starts with all that a check needs.

A preload is all that the fork server of `multiprocessing` offers, so the work is done where the module is imported.
Schemas, registry, rules and the client's modules then need no second loading, which halves the time of a check.
"""

import gc

from huggingface_hub import HfApi, file_download

from dls.bot import errand_runner, isolation
from dls.bot.comment import CommitPlace, FileCheck, comment_text
from dls.checking.card_check import check_file
from dls.page.composition import page_of
from dls.revisions.revision_changes import difference_of
from dls.revisions.sides import open_side
from dls.standard.specification import spec_folder
from dls.verifying.recompute import open_context, recompute_claims

__all__ = ("errand_runner", "file_download", "isolation")


def _warm_up() -> None:
    path = spec_folder() / "conformance" / "documents" / "publisher.yaml"
    claims = list(recompute_claims(open_context(path)))
    result = check_file(path)
    side = open_side(str(path))
    part = FileCheck(result, page_of(path, with_records=False, result=result), difference_of(side, side), claims)
    comment_text(CommitPlace(HfApi().endpoint, "example/student", "0" * 40), [part])
    gc.collect()
    gc.freeze()  # what is here stays, and a collection in a fork would copy its pages


_warm_up()
