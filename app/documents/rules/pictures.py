"""Pictures: drawn anew from their pixels, so that nothing else that was in the file comes along."""

import io
import warnings

from PIL import Image, ImageOps

from app.documents.rules.refusal import BadFile
from app.documents.states import Kind

MOST_PIXELS = 60_000_000
FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG"}
PLACE = "place, time and device of the picture"
KEPT = ("icc_profile", "transparency")


def checked(content: bytes, kind: Kind) -> tuple[bytes, tuple[str, ...]]:
    """Return the picture upright and without place, time, device and comments. Raises BadFile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=[FORMATS[kind]]) as probe:
                if probe.width * probe.height > MOST_PIXELS:
                    raise BadFile(
                        f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels. Send a smaller one."
                    )
                if getattr(probe, "n_frames", 1) > 1 and kind is Kind.PNG:
                    raise BadFile("The picture moves. Send a still picture.")
                upright = ImageOps.exif_transpose(probe)
                return _drawn(upright, kind), (PLACE,)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        raise BadFile("The picture is damaged and cannot be read. Save it anew and send that.") from error


def _drawn(picture: Image.Image, kind: Kind) -> bytes:
    picture.load()
    picture.info = {name: value for name, value in picture.info.items() if name in KEPT}
    out = io.BytesIO()
    if kind is Kind.PNG:
        picture.save(out, "PNG")
    else:
        picture.save(out, "JPEG", quality=92)
    return out.getvalue()
