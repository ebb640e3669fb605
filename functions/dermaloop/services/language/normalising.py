"""Writes a text as the lexicons expect it: one width, one script, whole words, few typing errors."""

import re
import unicodedata
from functools import lru_cache

from dermaloop.knowledge.lexicon import english_words, ordinary_words

_SIMPLE = (
    "发烧脸肿变难儿疮过溃疡药红脱颜长医师岁周礼个伤压头晕体热冻脓点扩从来没会说请问给着肤边缘规则现声哑紧"
    "宝关节宁愿结杀轻识乱语渗湿异痒两么时间块脚凉烂坏觉电击触烫滚强碱溅泼实话让听见检类无办断还够应该严种"
    "确阳阴"
)
_TRADITIONAL = (
    "發燒臉腫變難兒瘡過潰瘍藥紅脫顏長醫師歲週禮個傷壓頭暈體熱凍膿點擴從來沒會說請問給著膚邊緣規則現聲啞緊"
    "寶關節寧願結殺輕識亂語滲濕異癢兩麼時間塊腳涼爛壞覺電擊觸燙滾強鹼濺潑實話讓聽見檢類無辦斷還夠應該嚴種"
    "確陽陰"
)
_TO_TRADITIONAL = str.maketrans(_SIMPLE, _TRADITIONAL)
_CONTRACTIONS = (
    (re.compile(r"[’`´]"), "'"),
    (re.compile(r"\b(?:can't|cant|cannot)\b"), "can not"),
    (re.compile(r"\b(?:won't|wont)\b"), "will not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should)(?:n't|nt)\b"), r"\1 not"),
    (re.compile(r"\bi'?m\b"), "i am"),
    (re.compile(r"\b(\w+)'re\b"), r"\1 are"),
    (re.compile(r"\b(\w+)'ve\b"), r"\1 have"),
    (re.compile(r"\b(it|that|he|she|there|what)'s\b"), r"\1 is"),
)
_MENDED_FROM = 6  # shorter words have too many neighbours
_TWO_ERRORS_FROM = 8


def normalised(text: str) -> str:
    """As `plain`, with the typing errors of English mended."""
    return re.sub(r"[a-z]{5,}", lambda found: _mended(found[0]), plain(text))


def plain(text: str) -> str:
    """One width, lower case, traditional characters, English contractions written out."""
    one_width = unicodedata.normalize("NFKC", text).lower().translate(_TO_TRADITIONAL)
    for pattern, whole in _CONTRACTIONS:
        one_width = pattern.sub(whole, one_width)
    return re.sub(r"[ \t]+", " ", one_width)


def unspaced(text: str) -> str:
    """Without spaces, as Chinese is written and as Koreans write in haste."""
    return text.replace(" ", "")


@lru_cache(maxsize=4096)
def _mended(word: str) -> str:
    """The lexicon's word this one was meant to be, or itself."""
    known = english_words()
    if len(word) < _MENDED_FROM or word in known or word in ordinary_words() or _inflected(word, known):
        return word
    allowed = 2 if len(word) >= _TWO_ERRORS_FROM else 1
    near = sorted((away, other) for other in known if (away := _distance(word, other, allowed)) <= allowed)
    return near[0][1] if near else word


def _inflected(word: str, known: frozenset[str]) -> bool:
    return any(word[:cut] in known for cut in range(len(word) - 4, len(word)) if cut >= 4)


def _distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words, up to one more than `most`."""
    if abs(len(one) - len(other)) > most or one[0] != other[0]:
        return most + 1
    if sorted(one) == sorted(other):  # the right letters in a wrong order are one slip
        return 1
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, against in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, before[j - 2] + 1)
            row.append(best)
    return row[-1]
