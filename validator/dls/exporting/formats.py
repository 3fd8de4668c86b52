"""The formats of `dls export`, in the order of its help."""

from dls.exporting.carried_members import Export
from dls.exporting.cyclonedx import CYCLONEDX_16, CYCLONEDX_17
from dls.exporting.every_eval_ever import EVERY_EVAL_EVER
from dls.exporting.hub_results import EVAL_RESULTS, MODEL_INDEX
from dls.exporting.in_toto import IN_TOTO
from dls.exporting.spdx import SPDX

FORMATS: tuple[Export, ...] = (CYCLONEDX_17, CYCLONEDX_16, SPDX, IN_TOTO, MODEL_INDEX, EVAL_RESULTS, EVERY_EVAL_EVER)
