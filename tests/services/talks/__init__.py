"""Scripted talks, as data: what people write, the least and the most pressing tier it may end in, the article meant."""

from pathlib import Path

import msgspec

from dermaloop.contract.labels import LOCALES, Tier


class ScriptedTalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person's messages in their order; `least` is what safety asks for, `most` what sense allows."""

    messages: list[str]
    least: Tier
    most: Tier
    article: str | None


def scripted(locale: str) -> list[ScriptedTalk]:
    return msgspec.json.decode(Path(__file__).with_name(f"{locale}.json").read_bytes(), type=list[ScriptedTalk])


ALL = [(locale, talk) for locale in LOCALES for talk in scripted(locale)]
