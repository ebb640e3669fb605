"""How the pictures look that admins brought in, so that none comes in twice."""

from dermaloop.records.documents import Kind, Record

PAGE = 2000


class FingerprintPage(Record, frozen=True, kw_only=True):
    """Some pictures' fingerprints in hexadecimal, and the images' ids, in the same order."""

    images: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()


FINGERPRINTS = Kind("fingerprints", FingerprintPage)
