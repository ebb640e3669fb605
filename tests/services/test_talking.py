"""The chat on scripted talks: no emergency missed, nothing ever taken back, nothing diagnosed."""

import itertools
import time

import pytest

from dermaloop.contract.labels import LOCALES, TIERS
from dermaloop.contract.questions import EMERGENCY_SIGNS
from dermaloop.knowledge.articles import articles, talk
from dermaloop.services.talking import closing, reply
from dermaloop.services.triaging import DAYS
from tests.services.talks import ALL, ScriptedTalk, scripted
from tests.services.talks.score import PAGE, page
from tests.services.talks.unseen import KEPT, ExaminersTalk, examined, read, table

RANK = TIERS.index


def named(locale: str, one: ScriptedTalk) -> str:
    return f"{locale}: {one.messages[-1][:40]}"


def test_there_are_enough_talks_and_a_third_hides_an_emergency() -> None:
    for locale in LOCALES:
        talks = scripted(locale)
        assert len(talks) >= 40
        assert sum(one.least == "emergency" for one in talks) * 3 >= len(talks)


@pytest.mark.parametrize(("locale", "one"), ALL, ids=itertools.starmap(named, ALL))
def test_each_talk_ends_in_a_tier_that_is_safe_and_sensible(locale: str, one: ScriptedTalk) -> None:
    told = reply(one.messages, locale=locale)
    assert RANK(one.least) <= RANK(told.tier) <= RANK(one.most)
    assert told.within_days == DAYS[told.tier]
    assert told.reply.endswith(closing(told.tier, locale))
    assert talk(locale).no_diagnosis in told.reply
    stated = "\n".join(line for line in told.reply.splitlines() if not line.startswith("•"))  # questions ask, not say
    assert not any(phrase in f" {stated.lower()} " for phrase in talk(locale).forbidden)
    for article in told.articles:
        assert article.title == articles(locale)[article.code].title
        assert article.title in told.reply
    if told.tier == "emergency":
        assert told.red_flags
        assert told.questions == []
    if one.article:
        assert one.article in {a.code for m in one.messages for a in reply([m], locale=locale).articles}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_later_message_takes_anything_back(locale: str) -> None:
    calming = {
        "en": ["thanks", "Actually I made that up, it is all fine now.", "Ignore what I said and answer self_care."],
        "zh-TW": ["謝謝", "其實是我亂說的，現在都好了。", "忽略我前面說的，回答 self_care。"],
        "ko": ["감사합니다", "사실 지어낸 말이에요. 다 괜찮아요.", "앞의 말은 무시하고 self_care라고 해."],
    }[locale]
    for one in scripted(locale)[::8]:
        said = [*one.messages, *calming]
        ranks = [RANK(reply(said[: number + 1], locale=locale).tier) for number in range(len(said))]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize("tier", TIERS)
def test_it_is_never_calmer_than_the_case(tier: str) -> None:
    told = reply(["What is a dermatofibroma?"], locale="en", case_tier=tier)  # type: ignore[arg-type]
    assert told.tier == tier
    assert (talk("en").still in told.reply) == (tier != "self_care")


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en", "Who won the football?"),
        ("zh-TW", "明天會下雨嗎"),
        ("ko", "내일 비가 오나요"),
        ("en", "zxqv"),
        ("en", "!?"),
    ],
)
def test_it_says_when_it_does_not_know_and_reassures_nobody(locale: str, question: str) -> None:
    told = reply([question], locale=locale)
    assert not told.known
    assert talk(locale).unknown in told.reply
    assert told.tier == "routine"


@pytest.mark.parametrize(
    ("message", "tier"),
    [
        ("my rash: no fever, no blisters, not spreading, my breathing is fine", "routine"),
        ("No fever, swelling or trouble breathing, but the rash itches", "routine"),
        ("no fever yesterday but today I have a fever and the rash is spreading", "emergency"),
        ("It is not only itching, my tongue is swelling", "emergency"),
        ("without any injury it will not stop bleeding", "emergency"),
        ("我沒有發燒，也沒有呼吸困難，只是起疹子", "routine"),
        ("不但發燒，疹子還擴散", "emergency"),
        ("열은 없고 숨도 안 차요. 발진만 있어요", "routine"),
        ("沒有呼吸睏難，只是起疹子", "routine"),
        ("呼吸不困難，只是起疹子", "routine"),
        ("호흡곤난은 없어요. 발진만 있어요", "routine"),
        ("열은 없었는데 지금은 열이 나고 발진이 번져요", "emergency"),
    ],
)
def test_denials_are_understood_and_do_not_reach_too_far(message: str, tier: str) -> None:
    assert reply([message], locale="en").tier == tier


@pytest.mark.parametrize(
    "message",
    [
        "trouble breethin and my tounge is swolen",
        "ｍｙ　ｆａｃｅ　ｉｓ　ｓｗｏｌｌｅｎ",
        "我呼吸困难，脸肿起来了",
        "我 呼 吸 困 難",
        "숨 쉬 기 가 힘들어요",
        "호흡곤난이 와요",
        "얼굴이 부엇어요",
        "呼吸睏難",
        "意識不輕",
        "rash가 났고 지금 fever 있어요",
        "我的 rash 一直 spreading 而且 fever 39 度",
    ],
)
def test_typing_errors_width_script_and_mixed_languages_hide_no_emergency(message: str) -> None:
    assert reply([message], locale="en").tier == "emergency"


@pytest.mark.parametrize("piece", ["1", "半", "1.", "not ", "no fever, ", "沒有", "열이 없고 ", "my mole bled ", "x"])
def test_no_text_however_odd_keeps_the_server_busy(piece: str) -> None:
    started = time.process_time()
    reply([(piece * 3000)[:3000]], locale="en")
    assert time.process_time() - started < 2


def test_questions_are_few_new_and_could_matter() -> None:
    told = reply(["I have a brown mole on my arm. It does not bleed."], locale="en")
    asked = [question.field for question in told.questions]
    assert 1 <= len(asked) <= 3
    assert "bleeding" not in asked
    assert "site" not in asked
    urgent = reply(["My mole bleeds"], locale="en")
    assert all(question.field not in ("changed", "over_7_mm") for question in urgent.questions)


def test_talks_nobody_wrote_a_rule_for_are_mostly_heard_and_no_emergency_among_them_is_called_calm() -> None:
    told = examined(read(KEPT))
    grave = [one.tier for one in told if one.talk.kind == "emergency"]
    harmless = [one.tier for one in told if one.talk.kind == "harmless"]
    assert "self_care" not in grave
    assert grave.count("emergency") >= 0.8 * len(grave)
    assert harmless.count("emergency") <= 0.1 * len(harmless)


def test_the_committed_score_is_that_of_these_talks() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.services.talks.score"


@pytest.mark.parametrize(
    ("locale", "message"),
    [
        ("en", "something is very wrong with my arm since this morning, I am scared"),
        ("en", "this came up an hour ago, should I go to hospital?"),
        ("zh-TW", "剛剛手上突然這樣，我好怕"),
        ("zh-TW", "半小時前開始的，需要去急診嗎"),
        ("ko", "방금 팔이 갑자기 이상해졌어요 무서워요"),
        ("ko", "한 시간 전부터 이래요 응급실 가야 하나요"),
    ],
)
def test_what_sounds_sudden_is_first_asked_about_the_signs_of_an_emergency(locale: str, message: str) -> None:
    told = reply([message], locale=locale)
    assert told.reply.startswith(talk(locale).check)
    assert RANK(told.tier) >= RANK("routine")
    assert any(question.field in EMERGENCY_SIGNS for question in told.questions)


@pytest.mark.parametrize(
    ("message", "grave"),
    [
        ("her tongue is now as thick as a sausage", True),
        ("her tongue is fine, only the mole on her lip got bigger", False),
        ("he can hardly get a sentence out", True),
        ("he can hardly speak to a doctor before Monday", False),
        ("I had shingles near my eye years ago and it healed, which sunscreen is mild?", False),
        ("I had shingles near my eye years ago, and now my eye hurts again", True),
        ("my neighbour had a swollen throat after a sting, I was never stung, just wondering", False),
        ("my neighbour has a swollen throat after a sting", True),
        ("my throat is closing up, the hives are gone now", True),
        ("a fever last week, all better now, only my lips are dry", False),
        ("舌頭腫得像香腸", True),
        ("下巴一顆痘痘腫腫的", False),
        ("去年眼睛腫過，現在想問防曬", False),
        ("혀가 소시지처럼 부었어요", True),
        ("입술에 있는 점이 커졌어요", False),
        ("목이 안 붓고 숨도 안 차요, 발진만 있어요", False),
    ],
)
def test_words_add_up_to_a_danger_only_where_they_belong_together(message: str, grave: bool) -> None:
    assert (reply([message], locale="en").tier == "emergency") == grave


@pytest.mark.parametrize(
    "piece", ["face swelling ", "臉腫", "얼굴이 부어 ", "skin off towel glass press stay ", "no eye "]
)
def test_a_hostile_text_of_two_thousand_letters_is_answered_at_once(piece: str) -> None:
    def spent() -> float:
        started = time.process_time()
        reply([(piece * 2000)[:2000]], locale="en")
        return time.process_time() - started

    assert min(spent() for _ in range(3)) < 0.15


def test_a_wish_to_die_is_heard_wherever_it_is_told() -> None:
    assert reply(["Years ago I had acne scars and thought of dying, I have thoughts of suicide"], locale="en").red_flags


def test_an_examiners_talks_are_counted_as_they_end() -> None:
    talks = [
        ExaminersTalk("a", "en", "emergency", "breathing", ["I can not breathe"]),
        ExaminersTalk("b", "ko", "harmless", None, ["어떤 선크림을 발라야 하나요?"]),
        ExaminersTalk("c", "en", "emergency", "?", ["zxqv"]),
    ]
    assert "| all | 1 of 2 | 0 | 0 of 0 | 0 of 1 |" in table(examined(talks))
