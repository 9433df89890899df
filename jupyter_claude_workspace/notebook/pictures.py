"""Pictures as the API takes them: of a size that a model reads, whatever they were."""

from __future__ import annotations

import base64
import binascii
import io
import warnings

from PIL import Image

from ..protocol.content import ImageBlock

LONGEST = 1_500  # pixels of the longer side
MOST_BYTES = 700_000
MOST_SVG = 4_000_000  # characters
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
RASTER = ("image/png", "image/jpeg", "image/webp", "image/gif")


class Unreadable(ValueError):
    """It is no picture that can be shown; the text says why."""


def raster(data: str) -> ImageBlock:
    """A picture of base64 data, made smaller where it is too large.

    Raises:
        Unreadable: it cannot be shown.
    """
    try:
        return _fitting(base64.b64decode("".join(data.split()), validate=True))
    except (binascii.Error, ValueError) as error:
        raise Unreadable("its data is damaged") from error


def block(data: bytes, media_type: str) -> ImageBlock:
    """A picture of these bytes."""
    return ImageBlock.model_validate(
        {"kind": "image", "media_type": media_type, "data": base64.b64encode(data).decode()}
    )


def _fitting(data: bytes) -> ImageBlock:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data)) as picture:
                kind = KINDS.get(picture.format or "")
                fits = max(picture.size) <= LONGEST and len(data) <= MOST_BYTES
                still = getattr(picture, "n_frames", 1) == 1
                picture.load()
                if kind and fits and still:
                    return block(data, kind)
                return _smaller(picture)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise Unreadable("it has too many pixels") from error
        except (OSError, SyntaxError, ValueError) as error:
            raise Unreadable("its data is damaged") from error


def _smaller(picture: Image.Image) -> ImageBlock:
    """Its first frame, smaller; as JPEG where a PNG would be too large."""
    transparent = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    made = picture.convert("RGBA" if transparent else "RGB")
    side = LONGEST
    while True:
        made.thumbnail((side, side))
        png = _written(made, "PNG")
        if len(png) <= MOST_BYTES:
            return block(png, "image/png")
        ground = Image.new("RGB", made.size, "white")
        ground.paste(made, mask=made.getchannel("A") if transparent else None)
        jpeg = _written(ground, "JPEG")
        if len(jpeg) <= MOST_BYTES:
            return block(jpeg, "image/jpeg")
        side = side * 3 // 4


def _written(picture: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, quality=85, optimize=kind == "JPEG")
    return stream.getvalue()
