"""What only care needs stays out of the functions that answer photos, until a story is sent."""

import json
import os
import subprocess
import sys

import pytest

from tests.servers import ROOT

WORDS = ("services.talking", "services.retrieving", "services.language", "knowledge.articles", "knowledge.lexicon")
SHOW = """
import importlib, json, sys
importlib.import_module(f"dermaloop.web.{sys.argv[1]}")
print(json.dumps([name for name in sys.modules if name.startswith("dermaloop.")]))
"""


@pytest.mark.parametrize("function", ["predict_malignancy", "predict_disease", "assess", "cases"])
def test_no_function_that_answers_photos_loads_the_talk_or_the_articles(function: str) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "functions")}
    told = subprocess.run([sys.executable, "-c", SHOW, function], env=env, capture_output=True, text=True, check=True)
    loaded = json.loads(told.stdout)
    assert not [name for name in loaded if name.removeprefix("dermaloop.").startswith(WORDS)]
