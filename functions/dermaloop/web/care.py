"""What people may read and ask about their skin: articles, the form, a story read into it, talk."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dermaloop.advice import Article, ArticleList, ChatReply, FormCheck, FormWording
from dermaloop.contract.labels import Tier
from dermaloop.contract.questions import Answers
from dermaloop.errors import Unauthenticated
from dermaloop.knowledge import nearest_locale
from dermaloop.services import informing
from dermaloop.services.disclosing import find
from dermaloop.services.questioning import red_flags, seven_point, told
from dermaloop.web.endpoints import Call, Endpoint

LONGEST_STORY = 2000
LONGEST_MESSAGE = 3000  # our own replies are sent back too
MOST_MESSAGES = 40
Locale = Annotated[str, Meta(max_length=35, description="A BCP 47 tag; en, zh-TW and ko are there.")]


class InLanguage(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """In which language to answer."""

    locale: Locale = "en"


class ChatMessage(msgspec.Struct, forbid_unknown_fields=True):
    """One message of the talk. Only the person's own are read: nobody can put words into our mouth."""

    role: Literal["user", "assistant"]
    text: Annotated[str, Meta(max_length=LONGEST_MESSAGE)]


class ChatRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The whole talk so far; nothing of it is kept."""

    messages: Annotated[list[ChatMessage], Meta(min_length=1, max_length=MOST_MESSAGES)]
    locale: Locale = "en"
    case_id: (
        Annotated[str, Meta(max_length=64, description="A case whose tier is the least; its token as X-Case-Token.")]
        | None
    ) = None


class StoryRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a person wrote of a spot, and what they ticked already."""

    story: Annotated[str, Meta(max_length=LONGEST_STORY)]
    answers: Answers | None = None
    locale: Locale = "en"


def _articles(call: Call) -> ArticleList:
    return informing.list_articles(locale=call.query.locale)


def _article(call: Call) -> Article:
    return informing.article(call.path["code"], locale=call.query.locale)


def _form(call: Call) -> FormWording:
    return informing.form(locale=call.query.locale)


def _answers(call: Call) -> FormCheck:
    from dermaloop.services.understanding import understand

    asked: StoryRequest = call.body
    locale = nearest_locale(asked.locale)
    understood = understand(asked.story, ticked=asked.answers)
    return FormCheck(
        understood=understood,
        seven_point=seven_point(understood.answers, locale=locale),
        red_flags=told(red_flags(understood.answers), locale=locale),
        locale=locale,
    )


def _chat(call: Call) -> ChatReply:
    from dermaloop.services.talking import reply

    asked: ChatRequest = call.body
    said = [message.text for message in asked.messages if message.role == "user" and message.text.strip()]
    return reply(
        said or [""], locale=nearest_locale(asked.locale), case_tier=_case_tier(asked, call), wording=call.world.wording
    )


def _case_tier(asked: ChatRequest, call: Call) -> Tier | None:
    """What the person was told about their photo, for whoever holds the case's token."""
    if asked.case_id is None:
        return None
    if not call.case_token:
        raise Unauthenticated("Send the case's token in the header X-Case-Token.")
    case = find(asked.case_id, token=call.case_token, records=call.world.records)
    tier: Tier = msgspec.convert(case.answer["next_step"]["tier"], Tier)
    return tier


_BODY_ERRORS = ("invalid_json", "invalid_request", "unsupported_media", "too_large", "rate_limited")

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/care/articles",
        sign_in="nobody",
        handle=_articles,
        summary="The articles there are.",
        asks=InLanguage,
        gives=ArticleList,
        errors=("invalid_request",),
    ),
    Endpoint(
        "GET",
        "/api/care/articles/{code}",
        sign_in="nobody",
        handle=_article,
        summary="One article, with its sources.",
        asks=InLanguage,
        gives=Article,
        errors=("invalid_request", "not_found"),
    ),
    Endpoint(
        "GET",
        "/api/care/form",
        sign_in="nobody",
        handle=_form,
        summary="The questions that may go with a photo, in words.",
        asks=InLanguage,
        gives=FormWording,
        errors=("invalid_request",),
    ),
    Endpoint(
        "POST",
        "/api/care/answers",
        sign_in="nobody",
        handle=_answers,
        summary="Reads a story into the form, to be confirmed, and weighs the answers.",
        takes=StoryRequest,
        examples={"a story": {"story": "It bled twice last week and is 1.2 cm wide.", "answers": {"site": "back"}}},
        gives=FormCheck,
        errors=_BODY_ERRORS,
    ),
    Endpoint(
        "POST",
        "/api/care/chat",
        sign_in="nobody",
        handle=_chat,
        summary="Talks about symptoms and how soon to be seen; never a diagnosis.",
        takes=ChatRequest,
        examples={
            "a question": {"messages": [{"role": "user", "text": "How do I treat pimples?"}], "locale": "en"},
            "an emergency": {
                "messages": [
                    {"role": "user", "text": "두드러기에 뭐 발라요?"},
                    {"role": "assistant", "text": "…"},
                    {"role": "user", "text": "입술이 붓고 숨쉬기 힘들어요"},
                ],
                "locale": "ko",
            },
        },
        gives=ChatReply,
        errors=("unauthenticated", "forbidden", "not_found", "store_unavailable", *_BODY_ERRORS),
    ),
)
