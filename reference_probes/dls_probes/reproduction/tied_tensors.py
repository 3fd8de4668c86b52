"""The lists of tensors by which a weight that is stored twice is known to be tied."""

from dls.errors import DlsError
from dls.evidence.tensor_files import tensors_beside
from dls.identity.difference import TensorLists
from dls.judging.context import RuleContext
from dls.model import Arm
from dls_probes.models.hub_isolation import offline_hub
from dls_probes.models.transformers_model import ModelSpec


def tensor_lists(context: RuleContext, arm: Arm, spec: ModelSpec) -> TensorLists | None:
    """Return the stored tensors of the statement's model and of a folder; None where no list lies beside the evidence.

    A list with another digest than its manifest names is none.
    """
    for bundle in context.bundles:
        try:
            tensors = tensors_beside(context.folder, bundle, arm)
        except DlsError:
            continue
        if tensors is not None:
            return TensorLists(tensors, spec.files.identification.tensors, is_tied=_ties_embeddings(spec))
    return None


def _ties_embeddings(spec: ModelSpec) -> bool:
    """Return whether the library ties the embeddings of a model, by its configuration."""
    from transformers import AutoConfig

    if spec.files.model_folder.format == "gguf":
        return False
    with offline_hub():
        config = AutoConfig.from_pretrained(spec.files.links.path, local_files_only=True, trust_remote_code=False)
    return any(getattr(part, "tie_word_embeddings", False) for part in (config, config.get_text_config()))
