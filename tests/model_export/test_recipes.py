"""Every bundled recipe says how to run it and what comes of it; a model's own name finds the network it shares."""

import re
from pathlib import Path

import pytest

from model_export.errors import ExportError
from model_export.recipe import RECIPES, read_recipe

BUNDLED = sorted(path.stem for path in RECIPES.glob("*.toml"))


@pytest.mark.parametrize("name", BUNDLED)
def test_a_recipe_says_its_command_its_score_and_its_time(name: str) -> None:
    about = read_recipe(name).about
    command = "--run-id R" if name == "loop" else f"--recipe {name} "
    assert f"python -m model_export run {command}" in about
    assert re.search(r"(?i)seconds?|minutes?|hours?", about)
    assert (
        re.search(r"(?i)test|validation|see `", about) or name == "loop"
    )  # which learns from other pictures each time


@pytest.mark.parametrize(
    ("name", "models", "shared"),
    [
        ("disease", ("disease",), "skin_matched"),
        ("malignancy", ("malignancy",), "skin_taught"),
        ("disease_quick", ("disease",), "quick"),
        ("malignancy_quick", ("malignancy",), "quick"),
    ],
)
def test_a_models_own_recipe_is_the_shared_training_with_that_head_alone(
    name: str, models: tuple[str, ...], shared: str
) -> None:
    recipe, whole = read_recipe(name), read_recipe(shared)
    assert recipe.models == models
    assert (recipe.name, recipe.tasks, recipe.phases) == (whole.name, whole.tasks, whole.phases)
    assert set(whole.models) == {"disease", "malignancy"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('about = "x"\nsame_as = "quick"\nheads = ["acne"]', r"mine\.toml: quick makes disease, malignancy, not acne"),
        ('about = "x"\nsame_as = "absent"\nheads = ["disease"]', r"there is no recipe .*absent\.toml; bundled are: "),
        ('about = "x"\nsame_as = "quick"\nheads = []', r"mine\.toml: .*length >= 1.*heads"),
        ('about = "x"\nsame_as = "quick"\nhead = "disease"', r"mine\.toml: .*unknown field `head`"),
        ('name = "mine"\nabout = "x"\nlike = "absent"', r"there is no recipe .*absent\.toml; bundled are: "),
        ('name = "mine"\nabout = "x"\nlike = "mine.toml"', r"mine\.toml is like itself"),
        ('about = "x"\nlike = "quick"', r"mine\.toml is like quick, but it needs a name and an about of its own"),
        ('name = "mine"\nabout = "x"\nlike = "quick"\nheads = ["acne"]', r"mine makes disease, malignancy, not acne"),
        ("name = 5", r"mine\.toml: .*\$\.name"),
        ("name = ", r"mine\.toml: "),
    ],
)
def test_a_recipe_that_cannot_be_read_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ExportError, match=message):
        read_recipe(str(tmp_path / "mine.toml"))


def test_a_recipe_that_is_like_another_says_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "first.toml").write_text('name = "first"\nabout = "x"\nlike = "quick"\nrate = 0.5')
    (tmp_path / "second.toml").write_text('name = "second"\nabout = "y"\nlike = "first.toml"\nseed = 5')
    quick, second = read_recipe("quick"), read_recipe(str(tmp_path / "second.toml"))
    assert (second.name, second.about, second.rate, second.seed) == ("second", "y", 0.5, 5)
    assert (second.tasks, second.phases, second.origin) == (quick.tasks, quick.phases, quick.origin)


def test_a_recipe_may_be_like_one_head_of_another(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "mine"\nabout = "x"\nlike = "disease_quick"\nseed = 5')
    mine, whole = read_recipe(str(tmp_path / "mine.toml")), read_recipe("quick")
    assert (mine.name, mine.seed, mine.models, mine.tasks) == ("mine", 5, ("disease",), whole.tasks)


def test_of_two_recipes_the_broken_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "first.toml").write_text("rate = ")
    (tmp_path / "second.toml").write_text('name = "second"\nabout = "y"\nlike = "first.toml"')
    with pytest.raises(ExportError, match=r"first\.toml: "):
        read_recipe(str(tmp_path / "second.toml"))
