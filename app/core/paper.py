"""Papers: a PDF made from a template in `templates/papers` and plain facts.

A template is trusted Typst source of ours; what people typed reaches it only as data, never as source. Nothing is
fetched, and no file outside `templates/papers` and the shipped fonts is read. Papers are tagged for assistive
technology as PDF/UA-1 asks.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from app.core import logs

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates" / "papers"
FONTS = ROOT / "static" / "fonts"
NO_GLYPH = "could not be displayed"


@cache
def fonts() -> typst.Fonts:
    """Return the shipped fonts, and no other."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS] if FONTS.is_dir() else [])


def render(template: str, facts: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Return the PDF of `templates/papers/<template>.typ`, which reads `facts` (fit for JSON) from `parts.typ`.

    The same template, facts and moment give the same bytes. Text in a script that none of the shipped fonts has
    leaves boxes, and a paper that is not PDF/UA, rather than no paper. Raises typst.TypstError for a template at fault.
    """
    try:
        return _compiled(template, facts, made_at, accessible=True)
    except typst.TypstError as error:
        if NO_GLYPH not in str(error):
            raise
        logs.log().warning("paper_without_glyph", template=template)
        return _compiled(template, facts, made_at, accessible=False)


def _compiled(template: str, facts: Mapping[str, Any], made_at: datetime, *, accessible: bool) -> bytes:
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=fonts(),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        timestamp=int(made_at.timestamp()),
        package_path=TEMPLATES / "no-packages",
        package_cache_path=TEMPLATES / "no-packages",
        pdf_standards="ua-1" if accessible else None,
    )
