"""How the chat does on the scripted talks; `python -m tests.services.talks.score` writes the page anew."""

from pathlib import Path

from dermaloop.contract.labels import LOCALES, TIERS
from dermaloop.services.talking import reply
from tests.services.talks import ScriptedTalk, scripted

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

After that both halves went into the table above, and 357 more talks by the writer of the frames. Of 105 of these,
read once and made to hint rather than to say, 32 of 45 emergencies were found and 4 of 60 harmless talks raised an
alarm; of 42 more harmless ones full of bait (what has passed, what happened to others, jests), 10 did, and one still
does and was left out. The table shows what holds now. Of sentences nobody has written yet, expect what the second
half says: about one hidden emergency in twenty is not recognised by its words, more where it is only hinted at, and
up to one harmless talk in eight with alarming words is taken too gravely. For these there is a second net: who speaks
of something sudden together with fear, feeling ill, a baby, or the question what to do, is first asked about the
signs of an emergency, and whoever names fever, blisters, a wound or the like is never told that no appointment is
needed. `python -m tests.services.talks.unseen talks.json` examines other talks.
"""


def page() -> str:
    rows = "\n".join(_row(locale, scripted(locale)) for locale in LOCALES)
    return _ABOUT.format(rows=rows)


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
