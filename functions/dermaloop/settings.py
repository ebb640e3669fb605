"""Every setting from the environment, and what is wrong with those that cannot be used."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

PREFIX = "DERMALOOP_"
_NEEDED = ("project", "bucket")
_TO_TRAIN = ("callers", "audiences", "region", "training_image", "training_account")
_NEEDED_BY = {"start_training": _TO_TRAIN, "sweep": _TO_TRAIN, "admin": ("region",), "review": ("links_account",)}
_EMULATORS = tuple(
    f"{name}_EMULATOR_HOST" for name in ("FIRESTORE", "STORAGE", "PUBSUB", "FIREBASE_AUTH", "VERTEX", "FCM", "IAM")
)
Count = Annotated[int, Meta(ge=1)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting: DERMALOOP_<NAME> in the environment, with its default."""

    backend: Literal["local", "gcp"] = "local"
    data: str = ".local"  # local: the folder
    project: str = ""  # gcp: the project, GOOGLE_CLOUD_PROJECT if not given
    bucket: str = ""  # gcp: the bucket of pictures
    models_bucket: str = ""  # gcp: the bucket of models and snapshots; BUCKET if not given
    database: str = "(default)"  # gcp: the Firestore database of cases
    documents_database: str = ""  # gcp: the one of what doctors and admins keep; DATABASE if not given
    dead_letters: str = "dead-letters"  # gcp: the subscription that holds what could not be delivered
    links_account: str = ""  # gcp: the service account in whose name pictures are lent to doctors
    callers: str = ""  # gcp: the service accounts by which the bus and the scheduler call
    audiences: str = ""  # gcp: what their tokens are made out to
    caller_signatures: Literal["ours", "cloud_run"] = "ours"  # gcp: who verifies them
    region: str = ""  # gcp: where training jobs run
    training_image: str = ""  # gcp: the image of the training job
    training_account: str = ""  # gcp: the service account it runs as
    training_machine: str = "n1-standard-8"
    training_gpu: str = ""  # gcp: a kind of accelerator, such as NVIDIA_TESLA_T4; none: the CPU
    training_hours: Count = 12  # gcp: after which a job is ended
    smtp_host: str = ""  # where e-mails to people go; none: into a folder (local), or not at all (gcp)
    smtp_port: Count = 587
    smtp_sender: str = ""
    smtp_user: str = ""
    smtp_password: str = ""
    chat_wording: Literal["own", "gemini"] = "own"  # who words what the articles say in the chat
    gemini_model: str = "gemini-2.5-flash"
    gemini_location: str = "global"
    allowed_origins: str = "http://localhost:5173,http://127.0.0.1:5173"
    max_body_bytes: Count = 24 * 2**20
    max_image_bytes: Count = 16 * 2**20
    max_pixels: Count = 80_000_000
    max_pixels_undraftable: Count = 26_000_000
    min_image_side: Count = 32
    rate_per_minute: Annotated[int, Meta(ge=0)] = 0  # of one client; 0: no limit
    trusted_proxies: Annotated[int, Meta(ge=0)] = 0  # how many proxies of ours stand in front
    interpreters: Annotated[int, Meta(ge=0)] = 0  # 0: as many as there are cores
    model_check_seconds: Annotated[float, Meta(gt=0)] = 30.0
    sweep_seconds: Annotated[float, Meta(gt=0)] = 60.0  # local: how often what Cloud Scheduler does on Google is done
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Reads the environment and names every setting that cannot be used, all at once."""
        given = {key[len(PREFIX) :].lower(): value for key, value in env.items() if key.startswith(PREFIX)}
        if project := env.get("GOOGLE_CLOUD_PROJECT"):
            given.setdefault("project", project)
        wrong = [complaint for name, value in given.items() if (complaint := _complaint(cls, name, value))]
        wrong += _misfits(given, env)
        if wrong:
            raise SystemExit("These settings cannot be used:\n  " + "\n  ".join(sorted(wrong)))
        return msgspec.convert(given, cls, strict=False)


def _misfits(given: Mapping[str, str], env: Mapping[str, str]) -> list[str]:
    """Settings that do not go together, or not with where this process runs."""
    gcp, on_google, wrong = given.get("backend") == "gcp", "K_SERVICE" in env, []
    if gcp:
        needed = (*_NEEDED, *_NEEDED_BY.get(env.get("FUNCTION_TARGET", ""), ()))
        wrong += [f"{PREFIX}{name.upper()} is needed with the backend gcp" for name in needed if not given.get(name)]
    if on_google and not gcp:
        wrong.append(f"{PREFIX}BACKEND=gcp is needed on Google: what a function keeps on its own disk is lost")
    if given.get("chat_wording") == "gemini" and not given.get("project"):
        wrong.append(f"{PREFIX}PROJECT is needed with CHAT_WORDING=gemini: the project that is billed")
    if given.get("smtp_host") and not given.get("smtp_sender"):
        wrong.append(f"{PREFIX}SMTP_SENDER is needed with SMTP_HOST: the address e-mails come from")
    if on_google:
        wrong += [f"{name} is for tests and must not be set on Google" for name in _EMULATORS if name in env]
    return wrong


def _complaint(shape: type[Settings], name: str, value: str) -> str | None:
    """What is wrong with one setting, in words that name its variable."""
    fields = {field.name: field.type for field in msgspec.structs.fields(shape)}
    if name not in fields:
        return f"{PREFIX}{name.upper()} is not a setting; there are: {', '.join(sorted(fields))}"
    try:
        msgspec.convert(value, fields[name], strict=False)
    except msgspec.ValidationError as error:
        return f"{PREFIX}{name.upper()}={value!r}: {error}"
    return None
