"""Deals lesions or patients to train, validation and test: whole, stratified by class, the same for the same seed.

What a publisher has split stays split. A published test set is never touched; a split that the publisher left out
(mostly validation) is cut out of the training pictures.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from model_export.dataset import SPLITS, Sample, Split
from model_export.errors import ExportError

SHARES: dict[Split, float] = {"train": 0.70, "validation": 0.15, "test": 0.15}


class Member(msgspec.Struct, frozen=True):
    """One picture as the dealer sees it; `published` is the split that its publisher or an earlier snapshot gave it."""

    group: str
    label: str
    published: Split | None = None


def deal(members: Sequence[Member], *, seed: int = 0, shares: Mapping[Split, float] = SHARES) -> dict[str, Split]:
    """The split of each group."""
    fixed = _published(members)
    kept = {group: split for group, split in fixed.items() if split != "train"}
    given = Counter(fixed.values())
    cut: list[Split] = ["train", *(split for split in SPLITS[1:] if not given[split])]
    if len(cut) == 1:
        return {member.group: fixed.get(member.group, "train") for member in members}
    free: dict[str, Counter[str]] = defaultdict(Counter)
    for member in members:
        if member.group not in kept:
            free[member.group][member.label] += 1
    return kept | _stratify(free, {split: shares[split] for split in cut}, seed)


def summary(samples: Sequence[Sample]) -> str:
    """A table of classes by split, as text, with a word of warning where a class is missing from a split."""
    lines = [f"{len(samples)} pictures of {len({s.group for s in samples})} lesions or patients"]
    for task in sorted({task for sample in samples for task in sample.labels}):
        lines += _table(task, [sample for sample in samples if task in sample.labels])
    return "\n".join(lines)


def _published(members: Iterable[Member]) -> dict[str, Split]:
    """Where publishers have put whole groups; a group on two sides is refused."""
    fixed: dict[str, Split] = {}
    for member in members:
        if member.published and fixed.setdefault(member.group, member.published) != member.published:
            raise ExportError(
                f"the published splits tear {member.group} apart: it lies in {fixed[member.group]} and in "
                f"{member.published}; drop its pictures from one of them"
            )
    return fixed


def _stratify(free: Mapping[str, Counter[str]], shares: Mapping[Split, float], seed: int) -> dict[str, Split]:
    """Rare classes choose first, large groups before small ones; each goes where its class is furthest from its share.

    This is iterative stratification (Sechidis et al. 2011, doi:10.1007/978-3-642-23808-6_10), by groups.
    """
    totals = sum(free.values(), Counter[str]())
    whole = sum(shares.values())
    wanted = {
        split: {label: n * share / whole for label, n in sorted(totals.items())} for split, share in shares.items()
    }
    rarest = {group: min(labels, key=lambda label: (totals[label], label)) for group, labels in free.items()}
    order = sorted(free, key=lambda g: (totals[rarest[g]], rarest[g], -free[g].total(), _shuffle(g, seed)))
    dealt: dict[str, Split] = {}
    for group in order:
        split = max(wanted, key=lambda s: (wanted[s][rarest[group]], sum(wanted[s].values())))
        dealt[group] = split
        for label, count in free[group].items():
            wanted[split][label] -= count
    return dealt


def _shuffle(group: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{group}".encode()).digest()


def _table(task: str, samples: Sequence[Sample]) -> list[str]:
    counts = Counter((sample.labels[task], sample.split) for sample in samples)
    labels = sorted({label for label, _ in counts})
    width = max(len(label) for label in (*labels, task))
    lines = ["", f"{task:<{width}}  " + "  ".join(f"{split:>10}" for split in SPLITS)]
    for label in labels:
        row = [counts[label, split] for split in SPLITS]
        absent = [split for split, count in zip(SPLITS, row, strict=True) if not count]
        note = f"  (none in {' and '.join(absent)}: its figures there will be missing)" if absent else ""
        lines.append(f"{label:<{width}}  " + "  ".join(f"{count:>10}" for count in row) + note)
    return lines
