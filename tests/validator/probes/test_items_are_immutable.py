import pytest

from dls.probe import items_sha256
from dls.probes.collection import GENERATED_PROBES

RELEASED = {
    "headline.multiple_choice": "7f58e61be5f5b415a4055c73ab8481a4353165030c1946bd1a0a964595cb4cdd",
    "uncertainty.multiple_choice": "526c722cfb5da8b413c6678910728283c8ad0fb056c8437c11cfcbd557785254",
    "uncertainty.lottery": "c2ee079570475020d6206434f7a88ef1ac3aa05207c636972741ce5928aee3b6",
    "boundary.twins": "e04c27d481eb373362a4d4862e6314c164125995c68edfe9c52c5a62e8c886f1",
    "process.chain": "1a45eb2dba27db1540d81667989e3dc89f811f21901539550067deaf3f97b791",
    "on_policy.story": "a8fc984f6bbb0a050a63a99b2a5eabbe69e97a4d65b457311f4d0f019c2a0c61",
    "grounding.worlds": "38e0c3bb1a2577c9799d55808409ecdd0f736c2e88bcb8031d04838701e59040",
    "grounding.substituted_facts": "7eadfef6d3790d46bbe125509ebfd04011a88e443dbb034db1dae26036752413",
    "privacy.in_context_secret": "96362cde07c355ed725de80eac8e790a27b4a161d5624a1b029d74876e66d525",
    "safety.policy_worlds": "d8294fed7fa5cf106853ec983b99a196168f831d51c378c478ef467e9be87cd3",
    "diversity.open_answer": "16071bc1af93a133d051fe9f45178e420827e526d08008ace446388f728e7ecd",
    "fidelity.next_token": "28ff0dfd4050388fea2e2c8318a018aea957150759b86cdfff0e2568d2e3b5bb",
    "boundary.false_premises": "0e4141baf5e25ae46aee983ce7a2dcb6df9061c1a15c8adec6eee7aaa010209e",
    "boundary.edits": "96909ee51c32c8deff3b5d2bd4eb2bbd21b39a9d30dc0a306b77809bc4c53873",
    "boundary.range": "73d4134684c6c9ddfa1164cbbb25c6c81a63c4125b9e86da0b7adf65932557a5",
    "process.cut_traces": "654156b542515e67d962be426390ab668617c112a0b72a1e70f19ce2b433e1cc",
    "process.wrong_cue": "b5fdbfabd60532e2417f3f656370062fbe9d02ebd4c40bc1202f04c8f8dd4c5c",
    "on_policy.recovery": "d59b7c05c459cf64edbc9f7b25cd85cd65190fe1e19777388773aaf0ac12263b",
    "boundary.short_twins": "14ccfc31a5dcbc8bcdce518dbe179b133986a9bae26ba4ec7ecbb7fe0b1bea72",
    "process.short_chain": "dd5f7cdad3f245feb31f793b36a9f847744feec323ab612df882cd59db9638e1",
    "privacy.spelled_rules": "4b82c41d69a9348925c862cd437e0ad217c8d3de082322be8c941447b9c1a66d",
    "safety.spelled_policies": "b6eef1ca584bfde74109fa2a107dbbda122753275e052691350fca097049d6ac",
    "diversity.listed_answers": "87c33e696babc1647023603e2a253ac5921e1e3c0a405f466c5c8a877aa28e0d",
    "uncertainty.largest_numbers": "92da07bdb30ec06a3419115d41964a89d3e77e8f1b7243ec20b784ef436d9516",
    "uncertainty.listed_draws": "3ebe020b27b4ed1557518c406ee3297770fc97c6f1d3f44509c6abcfbe9bdf0e",
}
"""Digests of the items of 100 units from seed 3.

Changed items are another probe: give it another version, and keep the old one.
"""


@pytest.mark.parametrize("probe", GENERATED_PROBES, ids=lambda probe: probe.id)
def test_a_released_generator_makes_the_same_items_for_ever(probe):
    assert items_sha256(probe.items(3, 100)) == RELEASED[probe.id]
