"""How the chat does on the scripted talks; `python -m tests.services.talks.score` writes the page anew."""

from pathlib import Path

from dermaloop.contract.labels import LOCALES, TIERS
from dermaloop.services.talking import reply
from tests.services.talks import ScriptedTalk, scripted
from tests.services.talks.unseen import KEPT, examined, read, table

PAGE = Path(__file__).with_name("score.md")
_ABOUT = """# The chat on scripted talks

| language | talks | hidden emergencies | missed | calmer than asked | more pressing than sense | article as meant |
|---|---|---|---|---|---|---|
{rows}

The first 367 talks were written in rounds by those who wrote the rules: on the three rounds that were not seen before,
96 of 120 hidden emergencies were found, and what was missed was added to the lexicons. Then the words were put together
anew (`services/language/frames.py`: parts of the body and what happens to them, near each other), and somebody else
wrote 150 talks, 90 with an emergency, 30 harmless ones with alarming words:

| 150 talks of another writer | emergencies found | harmless talks that raised an alarm |
|---|---|---|
| by the fixed sentences alone | 74 of 90 | 6 of 30 |
| with the frames, first half, before anything was changed for it | 43 of 44 | 4 of 15 |
| with the frames, second half, read once after the first had been learned from | 44 of 46 | 2 of 15 |

After that both halves went into the table above, and 357 more talks by the writer of the frames. The table shows
what holds now. At the very end the other writer's second set was asked, 240 talks that nobody who wrote a rule had
read; it is kept in `unseen.json`, and no rule may be written for it:

{unseen}

So of sentences nobody has written yet, expect that about one emergency in six is not recognised by its words, and
that one harmless talk in twelve with alarming words is taken too gravely. For these there is a second net: who
speaks of something sudden together with fear, feeling ill, a baby, or the question what to do, is first asked about
the signs of an emergency, and whoever names fever, blisters, a wound or the like is never told that no appointment
is needed.
"""


def page() -> str:
    rows = "\n".join(_row(locale, scripted(locale)) for locale in LOCALES)
    return _ABOUT.format(rows=rows, unseen=table(examined(read(KEPT))))


def _row(locale: str, talks: list[ScriptedTalk]) -> str:
    told = [(one, reply(one.messages, locale=locale).tier) for one in talks]
    rank = TIERS.index
    grave = [tier for one, tier in told if one.least == "emergency"]
    missed = sum(tier != "emergency" for tier in grave)
    calmer = sum(rank(tier) < rank(one.least) for one, tier in told)
    pressing = sum(rank(tier) > rank(one.most) for one, tier in told)
    asked = [one for one in talks if one.article]
    found = sum(one.article in _articles(one, locale) for one in asked)
    return f"| {locale} | {len(talks)} | {len(grave)} | {missed} | {calmer} | {pressing} | {found} of {len(asked)} |"


def _articles(one: ScriptedTalk, locale: str) -> set[str]:
    return {named.code for message in one.messages for named in reply([message], locale=locale).articles}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
