"""Dealing groups to splits: whole, in proportion in every class, the same for the same seed, published splits first."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from model_export.dataset import Origin, Sample
from model_export.errors import ExportError
from model_export.splits import Member, deal, summary

pytestmark = pytest.mark.training

CLASSES = {"nv": 1340, "mel": 222, "bkl": 220, "bcc": 103, "akiec": 65, "vasc": 28, "df": 23}


def members() -> list[Member]:
    """A fifth of HAM10000, with its imbalance and its lesions of one to five pictures."""
    rng = np.random.default_rng(0)
    found = []
    for label, count in CLASSES.items():
        while count > 0:
            size = min(count, int(rng.choice([1, 1, 1, 2, 3, 5])))
            found += [Member(f"{label}{count}", label)] * size
            count -= size
    return found


def test_every_class_is_dealt_in_proportion_and_no_group_is_torn() -> None:
    dealt = deal(members())
    counts = Counter((one.label, dealt[one.group]) for one in members())
    for label, total in CLASSES.items():
        assert counts[label, "train"] / total == pytest.approx(0.70, abs=0.05)
        assert counts[label, "test"] / total == pytest.approx(0.15, abs=0.05)
        assert counts[label, "validation"] > 0


def test_the_order_of_the_list_does_not_matter_but_the_seed_does() -> None:
    assert deal(members()) == deal(members()[::-1])
    assert deal(members()) != deal(members(), seed=1)


def test_patients_with_several_diagnoses_are_dealt_by_their_rarest() -> None:
    rng = np.random.default_rng(1)
    found = [Member(f"p{n}", str(rng.choice(["nv", "nv", "nv", "nv", "mel"]))) for n in range(200) for _ in range(4)]
    dealt = deal(found)
    by_split: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        by_split[dealt[one.group]][one.label] += 1
    shares = {split: counts["mel"] / counts.total() for split, counts in by_split.items()}
    assert max(shares.values()) - min(shares.values()) < 0.03


def test_a_published_test_set_is_never_touched() -> None:
    train = [Member(f"a{n}", "nv", "train") for n in range(40)]
    test = [Member(f"b{n}", "nv", "test") for n in range(10)]
    dealt = deal([*train, *test])
    assert {dealt[one.group] for one in test} == {"test"}
    assert Counter(dealt[one.group] for one in train) == {"train": 33, "validation": 7}


def test_what_is_published_in_full_stays_as_it_is() -> None:
    found = [Member(f"{s}{n}", "nv", s) for s in ("train", "validation", "test") for n in range(3)]
    assert deal(found) == {one.group: one.published for one in found}


def test_a_published_validation_set_without_a_test_set_stays_validation() -> None:
    train = [Member(f"a{n}", "nv", "train") for n in range(40)]
    held = [Member(f"b{n}", "nv", "validation") for n in range(10)]
    dealt = deal([*train, *held])
    assert {dealt[one.group] for one in held} == {"validation"}
    assert Counter(dealt[one.group] for one in train) == {"train": 33, "test": 7}


def test_a_published_split_that_tears_a_lesion_is_refused() -> None:
    with pytest.raises(ExportError, match="tear x apart: it lies in train and in test; drop"):
        deal([Member("x", "nv", "train"), Member("x", "nv", "test")])


def test_the_summary_counts_classes_and_warns_of_gaps() -> None:
    samples = [
        Sample(f"{n}", f"g{n}", "train" if n < 3 else "test", "x", {"disease": "nv" if n % 2 else "df"}, Origin("x"))
        for n in range(4)
    ]
    lines = summary(samples).splitlines()
    assert lines[0] == "4 pictures of 4 lesions or patients"
    assert lines[2].split() == ["disease", "train", "validation", "test"]
    assert lines[3].split()[:4] == ["df", "2", "0", "0"]
    assert "none in validation and test" in lines[3]
    assert lines[4].split()[:4] == ["nv", "1", "0", "1"]
