"""The identity that a statement gives a model, and whether evidence is about that model."""

from collections.abc import Iterator

from dls.errors import DlsError
from dls.evidence.bundle import Bundle
from dls.evidence.tensor_files import tensors_beside
from dls.identity.difference import compare_identities
from dls.judging.context import RuleContext
from dls.model import Model, ModelIdentity

_MEMBERS = (
    *("files", "weights_sha256", "reading_sha256", "tokenizer_sha256", "tensors_sha256"),
    *("format", "dtype", "quantisation", "source", "snapshot"),
)


def stated_identity(model: Model, *identities: ModelIdentity) -> ModelIdentity:
    """Return the identity that a statement gives a model.

    Of the members that the statement leaves out, the first of the other ``identities`` that has one counts.
    """
    values = {
        name: next((value for entry in (model, *identities) if (value := getattr(entry, name))), None)
        for name in _MEMBERS
    }
    return ModelIdentity(**{name: value for name, value in values.items() if value is not None}, adapter=model.adapter)


def expect_stated_models(context: RuleContext, bundle: Bundle) -> None:
    """Refuse evidence about other models than those of the statement.

    Raises:
        DlsError: a model of the manifest is another one, or a list of tensors beside it has another digest.
    """
    for arm in bundle.manifest.arms if bundle.manifest else ():
        tensors_beside(context.folder, bundle, arm)
    if differences := [*_differences(context, bundle)]:
        raise DlsError(f"evidence '{bundle.evidence.id}' is about other models: {'; '.join(differences)}")


def _differences(context: RuleContext, bundle: Bundle) -> Iterator[str]:
    if bundle.manifest and bundle.manifest.log:
        return  # a log knows its models by name alone
    for arm, identity in bundle.manifest.arms.items() if bundle.manifest else ():
        model = getattr(context.statement, arm, None)
        if model is not None:
            difference = compare_identities(stated_identity(model, identity), identity)
            yield from (f"of the {arm}, {clause}" for clause in (*difference.differences, *difference.by_behaviour))
