"""All probes of this release as values; an import of this module loads each of them."""

from dls.probes import EASIER_IDS, FILE_IDS, LABEL_IDS, PROBE_IDS, SET_IDS
from dls.probes.catalogue import find_probe

PROBES = tuple(map(find_probe, PROBE_IDS))
EASIER_PROBES = tuple(map(find_probe, EASIER_IDS))
GENERATED_PROBES = (*PROBES, *EASIER_PROBES)
LABEL_PROBES = tuple(map(find_probe, LABEL_IDS))
SET_PROBES = tuple(map(find_probe, SET_IDS))
FILE_PROBES = tuple(map(find_probe, FILE_IDS))
