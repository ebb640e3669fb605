"""Deals cases to train, validation and test: whole, by diagnosis, and for good."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from dermaloop.records.snapshots import Split

SHARES: dict[Split, float] = {"test": 0.15, "validation": 0.15, "train": 0.70}
"""In the order in which they are served where two want a case equally: without a test no figure says anything."""


def deal(cases: Iterable[tuple[str, str]], *, known: Mapping[str, Split]) -> dict[str, Split]:
    """The split of each case, from the diagnoses of its pictures. Known cases stay; the new ones go by diagnosis,
    each to the split that is furthest below its share, in an order that nobody chose."""
    labels: dict[str, str] = {}
    for case, label in sorted(cases):
        labels.setdefault(case, label)
    dealt = {case: known[case] for case in labels if case in known}
    counts: dict[str, Counter[Split]] = {label: Counter() for label in labels.values()}
    for case, split in dealt.items():
        counts[labels[case]][split] += 1
    for case in sorted(labels.keys() - dealt.keys(), key=_shuffled):
        dealt[case] = _neediest(counts[labels[case]])
        counts[labels[case]][dealt[case]] += 1
    return dealt


def _neediest(has: Counter[Split]) -> Split:
    after = has.total() + 1
    return max(SHARES, key=lambda split: SHARES[split] * after - has[split])


def _shuffled(case: str) -> bytes:
    return hashlib.sha256(case.encode()).digest()
