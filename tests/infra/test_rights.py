"""Who may do what, read from the plan: as the README tells it, and never more than it promises."""

import pytest

from tests.infra.conftest import Resources
from tests.infra.rights import rights, table, written
from tests.servers import ROOT

PHOTOS = ("predict-malignancy", "predict-disease", "assess")
Table = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def may(resources: Resources) -> Table:
    return rights(resources)


def test_the_readme_tells_it_as_it_is(resources: Resources) -> None:
    readme = (ROOT / "infra" / "README.md").read_text()
    assert readme == written(readme, table(resources)), "run: python -m tests.infra.rights"


def test_functions_that_take_photos_cannot_read_what_doctors_keep_nor_anybodys_pictures(may: Table) -> None:
    for function in PHOTOS:
        assert "doctors' records" not in may[function]
        assert may[function]["pictures"] == ["adds, discards, never reads"]
        assert set(may[function]) == {"cases", "pictures", "models", "is called by"}


def test_only_the_trainer_adds_candidates(may: Table) -> None:
    assert [who for who, row in may.items() if "**adds candidates**" in row.get("models", [])] == ["trainer"]


def test_only_admin_moves_the_champion(may: Table) -> None:
    assert [who for who, row in may.items() if "**moves the champion**" in row.get("models", [])] == ["admin"]


def test_only_review_lends_pictures(may: Table) -> None:
    assert [who for who, row in may.items() if "lends pictures" in row.get("besides", [])] == ["review"]


def test_nobody_else_writes_models(may: Table) -> None:
    writing = {who for who, row in may.items() if set(row.get("models", [])) - {"reads", "adds snapshots"}}
    assert writing == {"admin", "trainer"}


def test_only_the_bus_and_the_scheduler_call_what_is_not_public(may: Table) -> None:
    called = {who: row["is called by"] for who, row in may.items() if "is called by" in row}
    assert {who for who, by in called.items() if by == ["event-caller"]} == {"start-training", "sweep"}
    assert all(by in (["anybody"], ["event-caller"]) for by in called.values())


def test_every_right_has_words(may: Table) -> None:
    raw = {(who, what) for who, row in may.items() for told in row.values() for what in told if what.startswith("`")}
    assert {who for who, _ in raw} <= {"delivery"}, raw
