"""What waits to be read: the words doctors choose from, the queue, search, and the settings behind them."""

from itertools import islice
from typing import Annotated

import msgspec
from msgspec import Meta

from dermaloop.errors import Conflict
from dermaloop.knowledge import nearest_locale
from dermaloop.knowledge.review_words import ReviewWords, review_words
from dermaloop.records.documents import Found
from dermaloop.records.findings import Diagnosis, Site
from dermaloop.records.reviewing import ReviewSettings, Share, State
from dermaloop.services import leasing, queueing, searching, showing
from dermaloop.services.searching import Counts, Wanted
from dermaloop.services.showing import ImageSummary, ImageView
from dermaloop.web.endpoints import Call, Endpoint

Locale = Annotated[str, Meta(max_length=35, description="The language of texts and names, as a BCP 47 tag.")]
Limit = Annotated[int, Meta(ge=1, le=200)]
After = Annotated[str, Meta(max_length=500, description="Go on from here: `after` of the page before.")]
Time = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d(T[0-9:.]+Z)?$", description="A day or an ISO 8601 time in UTC.")]


class InLocale(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which language to answer in."""

    locale: Locale = "en"


class PictureLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture can be seen for a few minutes without a sign-in: as the source of an image, say."""

    url: str
    expires_at: str


class QueueQuery(InLocale, kw_only=True, forbid_unknown_fields=True):
    """Which part of the queue."""

    limit: Limit = 20
    after: After = ""


class SearchQuery(QueueQuery, kw_only=True, forbid_unknown_fields=True):
    """What to look for; an id, whole or only its beginning, counts alone."""

    id: Annotated[str, Meta(max_length=100)] | None = None
    state: State | None = None
    diagnosis: Diagnosis | None = None
    site: Site | None = None
    since: Time | None = None
    until: Time | None = None


class NextRequest(InLocale, kw_only=True, forbid_unknown_fields=True):
    """Asks for an image to read; those to be skipped are left for later or for others."""

    skip: Annotated[list[str], Meta(max_length=200)] = []


class ImagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some images in order; `after` leads to the next page and is empty on the last."""

    images: list[ImageSummary]
    after: str
    counts: Counts


class NextImage(msgspec.Struct, frozen=True, kw_only=True):
    """What to read now; null where nothing waits for this doctor."""

    image: ImageView | None


class SettingsView(msgspec.Struct, frozen=True, kw_only=True):
    """How the queue works, and the version that a change must name."""

    version: int
    double_share: Share
    random_share: Share
    lease_minutes: int
    ageing_per_day: float


class SettingsChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting, and the version that was seen; what is queued already keeps what it was given."""

    version: int
    double_share: Annotated[Share, Meta(description="Of new images, how many are read by two doctors.")]
    random_share: Annotated[Share, Meta(description="Of new images, how many are placed by chance.")]
    lease_minutes: Annotated[int, Meta(ge=1, le=1440)]
    ageing_per_day: Annotated[float, Meta(ge=0, le=1)]


def _words(call: Call) -> ReviewWords:
    return review_words(nearest_locale(call.query.locale))


def _queue(call: Call) -> ImagePage:
    documents, locale, limit = call.world.documents, nearest_locale(call.query.locale), call.query.limit
    queueing.enqueue_new(call.world, most=leasing.CAUGHT_UP)
    waiting = list(islice(queueing.waiting_for(call.person, documents, after=call.query.after), limit + 1))
    shown = [found.record for found, _ in waiting[:limit]]
    images = showing.summaries(shown, call.person, locale, world=call.world)
    after = waiting[limit - 1][1] if len(waiting) > limit else ""
    return ImagePage(images=images, after=after, counts=searching.counts(documents))


def _next(call: Call) -> NextImage:
    taken = leasing.take_next(call.person, world=call.world, skip=frozenset(call.body.skip))
    if taken is None:
        return NextImage(image=None)
    return NextImage(image=showing.show(taken, call.person, nearest_locale(call.body.locale), world=call.world))


def _search(call: Call) -> ImagePage:
    asked, documents = call.query, call.world.documents
    queueing.enqueue_new(call.world, most=leasing.CAUGHT_UP)
    wanted = Wanted(**{name: getattr(asked, name) for name in Wanted.__dataclass_fields__})
    page = searching.search(wanted, documents, after=asked.after, limit=asked.limit)
    locale = nearest_locale(asked.locale)
    images = showing.summaries(page.records, call.person, locale, world=call.world)
    return ImagePage(images=images, after=page.after, counts=searching.counts(documents))


def _settings(call: Call) -> SettingsView:
    return _view(queueing.settings_of(call.world.documents))


def _change_settings(call: Call) -> SettingsView:
    values = {name: getattr(call.body, name) for name in SettingsChange.__struct_fields__ if name != "version"}
    before = queueing.settings_of(call.world.documents)
    if call.body.version != before.version:
        raise Conflict("Somebody else changed the settings in the meantime.", theirs=_view(before))
    changed, by = ReviewSettings(id=before.record.id, **values), call.person.id
    return _view(queueing.change_settings(changed, version=before.version, by=by, documents=call.world.documents))


def _view(found: Found[ReviewSettings]) -> SettingsView:
    names = [name for name in SettingsView.__struct_fields__ if name != "version"]
    return SettingsView(version=found.version, **{name: getattr(found.record, name) for name in names})


_READ = ("invalid_request", "rate_limited", "store_unavailable")
WRITE = ("invalid_json", "conflict", "too_large", "unsupported_media", *_READ)

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/review/words",
        sign_in="doctor_or_admin",
        handle=_words,
        summary="The words doctors choose from, with their names.",
        asks=InLocale,
        gives=ReviewWords,
        errors=_READ,
    ),
    Endpoint(
        "GET",
        "/api/review/queue",
        sign_in="doctor",
        handle=_queue,
        summary="What you may read now, most worth reading first, with the reasons.",
        asks=QueueQuery,
        gives=ImagePage,
        errors=_READ,
    ),
    Endpoint(
        "POST",
        "/api/review/queue/next",
        sign_in="doctor",
        handle=_next,
        summary="Take the next image to read, for as long as the lease lasts.",
        takes=NextRequest,
        examples={"smallest": {}, "skipping": {"locale": "ko", "skip": ["5f0c-1"]}},
        gives=NextImage,
        errors=WRITE,
    ),
    Endpoint(
        "GET",
        "/api/review/images",
        sign_in="doctor_or_admin",
        handle=_search,
        summary="Search images by id, state, reference diagnosis, site and date.",
        asks=SearchQuery,
        gives=ImagePage,
        errors=_READ,
    ),
    Endpoint(
        "GET",
        "/api/review/settings",
        sign_in="doctor_or_admin",
        handle=_settings,
        summary="How the queue works.",
        gives=SettingsView,
        errors=_READ,
    ),
    Endpoint(
        "PUT",
        "/api/review/settings",
        sign_in="admin",
        handle=_change_settings,
        summary="Change how the queue works.",
        takes=SettingsChange,
        examples={
            "all": {
                "version": 0,
                "double_share": 0.3,
                "random_share": 0.1,
                "lease_minutes": 30,
                "ageing_per_day": 0.02,
            }
        },
        gives=SettingsView,
        errors=WRITE,
    ),
)
