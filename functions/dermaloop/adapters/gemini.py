"""Words the chat's texts with Gemini on Vertex AI; it is sent our own articles' sentences, nothing a person wrote."""

import logging
from typing import Any, Protocol, cast

_log = logging.getLogger("dermaloop.gemini")

TIMEOUT = 4.0
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_LANGUAGES = {"en": "English", "zh-TW": "Traditional Chinese as written in Taiwan", "ko": "polite Korean"}
_ORDER = (
    "Reword the text for a worried reader in plain, warm {language}. Keep every fact, every number as digits, and the "
    "name of the article in its quotation marks exactly. Add nothing, promise nothing, name no diagnosis, and give no "
    "advice that is not in the text. Answer with the reworded text alone."
)


class Session(Protocol):
    """What is used of an authorised HTTP session."""

    def post(self, url: str, *, json: object, timeout: float) -> Any: ...  # noqa: ANN401 - requests has no types


class GeminiWording:
    """The Wording port over REST; any failure means that nothing was offered."""

    def __init__(self, *, project: str, location: str, model: str, session: Session | None = None) -> None:
        host = "aiplatform.googleapis.com" if location == "global" else f"{location}-aiplatform.googleapis.com"
        self._url = f"https://{host}/v1/projects/{project}/locations/{location}/publishers/google/models/{model}:generateContent"
        self._session = session

    def reword(self, text: str, *, locale: str) -> str | None:
        order = _ORDER.format(language=_LANGUAGES.get(locale, "English"))
        body = {
            "systemInstruction": {"parts": [{"text": order}]},
            "contents": [{"role": "user", "parts": [{"text": text}]}],
            "generationConfig": {"temperature": 0.2, "maxOutputTokens": 1024},
        }
        try:
            response = self._authorised().post(self._url, json=body, timeout=TIMEOUT)
            response.raise_for_status()
            return str(response.json()["candidates"][0]["content"]["parts"][0]["text"])
        except Exception as error:  # a wording is a courtesy: whatever went wrong, the text stands as it is
            _log.warning("nothing was reworded: %s", type(error).__name__)
            return None

    def _authorised(self) -> Session:
        if self._session is None:
            self._session = _default_session()
        return self._session


def _default_session() -> Session:
    import google.auth
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=[_SCOPE])
    session: Any = AuthorizedSession(credentials)
    return cast(Session, session)
