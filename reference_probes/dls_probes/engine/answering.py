"""Which method of a model answers a pack."""

from dls.errors import DlsError
from dls_probes.engine.prefix_self_test import prefix_verdict
from dls_probes.engine.protocols import ModelBackend
from dls_probes.engine.self_test import LayoutVerdict, generation_verdict, text_verdict
from dls_probes.packs import Pack, generate_jobs, text_rows


def run_pack(model: ModelBackend, pack: Pack) -> list[object]:
    """Answer a pack of any kind.

    Raises:
        DlsError: the model cannot answer even one request at a time.

    """
    if pack.kind == "generate":
        return list(model.generate(pack))
    if pack.kind in ("distribution", "divergence"):
        return list(model.distribution(pack))
    if pack.kind == "score":
        return list(model.score(pack))
    if pack.kind == "describe":
        return [model.describe()]
    try:
        return [_verdict(model, pack)]
    except Exception as error:
        raise DlsError(
            f"the model cannot answer a single request ({type(error).__name__}: {error}); "
            "check that its folder is complete"
        ) from error


def _verdict(model: ModelBackend, pack: Pack) -> LayoutVerdict:
    if layout := getattr(model, "own_layout", None):
        return LayoutVerdict(layout, "the server or engine lays requests out itself")
    if pack.prefix:
        return prefix_verdict(model, pack)
    if pack.kind == "check_text":
        return text_verdict(model, text_rows(pack))
    return generation_verdict(model, generate_jobs(pack))
