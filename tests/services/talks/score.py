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

The talks were written in rounds, by those who wrote the rules. The first (142 talks, 66 emergencies) guided the
lexicons. Three more were each run once before anything was changed for them: 39 of 45 emergencies were found in the
second, 38 of 45 in the third, and 19 of 30 in the fourth, which was made to be hard; 30 ordinary talks with alarming
words (a fifth) raised no false alarm. What was missed was then added to the lexicons, so the table shows what holds
now. Of sentences nobody has written yet, expect no better than the first looks: about one hidden emergency in five is
not recognised by its words. Such a reply still asks about fever, breathing or change; its tier is `routine` where no
article was found, and otherwise that of the article, which may be `self_care`.
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
