"""Sets a letter as a PDF page, in Latin, Chinese or Korean letters."""

import io
from html import escape
from typing import TYPE_CHECKING, Any

from dermaloop.services.lettering import Letter, Section

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

_LATIN, _CHINESE, _KOREAN = "Helvetica", "MSung-Light", "HYSMyeongJo-Medium"
"""The latter two are fonts that every PDF reader brings along, so that none need be shipped."""
_PHOTO = 190.0


def pdf(letter: Letter) -> bytes:
    """The whole letter."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    out = io.BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, title=letter.title, author="Dermaloop", lang=letter.locale, leftMargin=62, rightMargin=62
    )
    page.build(_story(letter), onFirstPage=_footer(letter), onLaterPages=_footer(letter))
    return out.getvalue()


def _story(letter: Letter) -> list[Any]:
    story = [_paragraph(letter.title, 20, after=2), _paragraph(letter.about, 9, after=12)]
    if letter.photo:
        story += [_picture(letter.photo), _paragraph(letter.photo_caption, 8, after=8)]
    for section in letter.sections:
        story += _section(section)
    return story


def _section(section: Section) -> list[Any]:
    return [
        _paragraph(section.heading, 12, before=10, after=3),
        *(_paragraph(line, 10.5, after=3) for line in section.paragraphs),
    ]


def _paragraph(text: str, size: float, *, before: float = 0, after: float = 0) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(escape(text).replace("\n", "<br/>"), _style(text, size, before, after))


def _style(text: str, size: float, before: float, after: float) -> "ParagraphStyle":
    from reportlab.lib.styles import ParagraphStyle

    font = font_for(text)
    return ParagraphStyle(
        "line",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        spaceBefore=before,
        spaceAfter=after,
        wordWrap="CJK" if font == _CHINESE else None,
    )


def font_for(text: str) -> str:
    """The font that has every letter of a text, as far as one has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    font = _KOREAN if any("\uac00" <= c <= "\ud7a3" for c in text) else _CHINESE if _beyond_latin(text) else _LATIN
    if font != _LATIN and font not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    return font


def _beyond_latin(text: str) -> bool:
    return any(ord(character) > 0x2E7F for character in text)


def _picture(data: bytes) -> Any:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image

    width, height = ImageReader(io.BytesIO(data)).getSize()
    scale = _PHOTO / max(width, height)
    return Image(io.BytesIO(data), width=width * scale, height=height * scale, hAlign="LEFT")


def _footer(letter: Letter) -> Any:
    def draw(canvas: Any, page: Any) -> None:
        paragraph = _paragraph(letter.footer, 8)
        paragraph.wrapOn(canvas, page.width, 40)
        paragraph.drawOn(canvas, page.leftMargin, 36)

    return draw
