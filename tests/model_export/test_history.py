"""The log of a training tells one story, however often the training was killed."""

from pathlib import Path

from model_export.history import NOTE_EVERY, Log, read_lines
from model_export.plots import _learning, save, style


def test_a_run_that_goes_on_takes_back_what_the_killed_one_wrote_after_its_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    killed = Log(path)
    for step in range(1, 3 * NOTE_EVERY + 1):
        killed.note(step, 1.0)
    killed.write({"step": 3 * NOTE_EVERY, "task": "disease", "validation": {"balanced_accuracy": 0.4}})
    with path.open("ab") as file:
        file.write(b'{"step": 61, "lo')  # killed in the midst of a line
    again = Log(path)
    for step in range(NOTE_EVERY + 1, 4 * NOTE_EVERY + 1):
        again.note(step, 0.5)
    lines = read_lines(path)
    assert [line["step"] for line in lines] == [NOTE_EVERY * number for number in (1, 2, 3, 4)]
    assert [line["loss"] for line in lines] == [1.0, 0.5, 0.5, 0.5]


def test_a_curve_is_drawn_of_whatever_a_log_holds(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    style()
    for content in (b"", b'{"step": 20, "loss": 1.5}\n{"step', b'{"step": 9, "task": "own", "validation": {}}\n'):
        path.write_bytes(content)
        save(tmp_path / "learning.svg", lambda axes: _learning(axes, path, "own"))
        assert (tmp_path / "learning.svg").read_text().startswith("<?xml")
