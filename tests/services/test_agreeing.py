"""Agreement between doctors: as scikit-learn and statsmodels compute it, and silent where nothing can be said."""

from pathlib import Path

import numpy as np
import pytest

from dermaloop.ports import World
from dermaloop.records.documents import Put
from dermaloop.records.findings import Diagnosis, Findings
from dermaloop.records.reviewing import ANNOTATIONS, Annotation, State
from dermaloop.records.shapes import Box, Polygon, Shape
from dermaloop.services.agreeing import agreement
from dermaloop.services.kappa import cohen, fleiss
from dermaloop.services.outlining import area, bounds, mask_of, overlap, runs_of
from tests import readers
from tests.services.worlds import CALM, world

CODES: tuple[Diagnosis, ...] = ("mel", "nv", "bcc")
HALVES = (Box(0.1, 0.1, 0.6, 0.5), Polygon(((0.2, 0.2), (0.9, 0.3), (0.5, 0.9))))


def draws(seed: int, number: int = 120) -> tuple[list[str], list[str], np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """Two readers who agree more often than not, and a table of three."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, number)
    said = [np.where(rng.random(number) < 0.7, truth, rng.integers(0, 3, number)) for _ in range(3)]
    table = np.stack([sum((one == code).astype(int) for one in said) for code in range(3)], axis=1)
    return [CODES[n] for n in said[0]], [CODES[n] for n in said[1]], table


@readers.needed
@pytest.mark.parametrize("seed", [0, 1])
def test_the_figures_are_those_of_others(seed: int) -> None:
    first, second, table = draws(seed)
    masks = [mask_of(shape, 64, 48) for shape in HALVES]
    given = {"first": first, "second": second, "table": table.tolist(), "masks": [mask.tolist() for mask in masks]}
    theirs = readers.ask("kappas", given=given)
    ours = cohen(first, second)
    assert ours.value == pytest.approx(theirs["sklearn"])
    assert [ours.value, ours.low, ours.high] == pytest.approx(theirs["cohen"])
    assert fleiss(table).value == pytest.approx(theirs["fleiss"])
    assert overlap(*masks) == pytest.approx(theirs["jaccard"])


def test_the_interval_of_fleiss_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    truth = (0.8**2 + 2 * 0.1**2 - 1 / 3) / (1 - 1 / 3)  # each says what is so four times in five
    inside = 0
    for seed in rng.integers(1000, 9999, 60):
        found = fleiss(draws(int(seed))[2])
        inside += (found.low or 0.0) <= truth <= (found.high or 0.0)
    assert inside >= 52  # 57 are expected; 51 or fewer come up once in two hundred times


def test_what_cannot_be_said_is_not_said() -> None:
    assert cohen([], []).value is None
    assert cohen(["nv", "nv"], ["nv", "nv"]).value is None
    assert fleiss(np.zeros((0, 3))).value is None
    assert fleiss(np.array([[2, 0], [2, 0]])).value is None
    assert cohen(["nv", "mel"], ["nv", "mel"]).value == 1.0


def test_a_mask_survives_as_runs_and_has_the_bounds_and_area_of_its_shape() -> None:
    for shape in HALVES:
        runs = runs_of(mask_of(shape, 200, 160))
        assert np.array_equal(mask_of(runs, 200, 160), mask_of(shape, 200, 160))
        assert area(runs) == pytest.approx(area(shape), abs=0.01)
        assert bounds(runs) == pytest.approx(bounds(shape), abs=0.01)
    assert runs_of(np.ones((2, 3), dtype=np.bool_)).counts == (0, 6)
    assert bounds(runs_of(np.zeros((2, 3), dtype=np.bool_))) is None


def read(
    world: World,
    image: int,
    annotator: str,
    diagnosis: Diagnosis,
    *shapes: Shape,
    part: State = "first",
    blind: bool = True,
) -> None:
    said = Findings(diagnosis=diagnosis, certainty="certain", shapes=shapes)
    record = Annotation(
        id=f"i{image}-1.{annotator}",
        review_id=f"i{image}-1",
        case_id=f"i{image}",
        annotator=annotator,
        name=annotator.title(),
        part=part,
        submitted=True,
        findings=said if blind else Findings(diagnosis="df", certainty="certain"),
        blind=said,
        opened_at="2026-11-21T10:00:00.000Z",
        saved_at="2026-11-21T10:01:00.000Z",
        submitted_at=f"2026-11-21T10:{image:02}:00.000Z",
        seconds=10.0 * (image + 1),
    )
    world.documents.commit(Put(ANNOTATIONS, record))


def test_by_class_by_doctor_and_by_outline(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    for image, (one, other) in enumerate((("mel", "mel"), ("nv", "nv"), ("nv", "mel"), ("bcc", "bcc"))):
        read(here, image, "ada", one, *([HALVES[0]] if image < 2 else []), blind=image != 0)  # type: ignore[arg-type]
        read(here, image, "ben", other, *([HALVES[image]] if image < 2 else []), part="second")  # type: ignore[arg-type]
    read(here, 2, "chen", "nv", part="adjudication")
    read(here, 7, "ada", "df")
    found = agreement(here.documents, locale="en")
    assert (found.images, found.readings) == (5, 10)
    assert found.kappa.images == 4
    assert found.kappa.observed == 0.75
    assert {each.diagnosis: each.readings for each in found.classes} == {"bcc": 2, "mel": 3, "nv": 3}
    assert next(each.kappa.value for each in found.classes if each.diagnosis == "bcc") == 1.0
    assert [(pair.first, pair.second, pair.kappa.images) for pair in found.pairs] == [("ada", "ben", 4)]
    ada, ben, chen = found.doctors
    assert (ada.name, ada.readings, ada.seconds) == ("Ada", 5, (20.0, 30.0, 40.0))
    assert chen.with_others.images == 0
    assert ben.with_others.value == found.pairs[0].kappa.value
    assert found.outlines.pairs == 2
    expected = (1 + overlap(mask_of(HALVES[0], 256, 256), mask_of(HALVES[1], 256, 256))) / 2
    assert found.outlines.mean == pytest.approx(expected)
    assert agreement(here.documents, locale="en", since="2026-11-21T10:03:00.000Z").images == 2
