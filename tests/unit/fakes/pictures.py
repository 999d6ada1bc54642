"""Small pictures of every kind, and how a request or an answer spells them."""

import base64
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A real image file."""
    file = io.BytesIO()
    mode = "P" if kind == "GIF" else "RGB"
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 20).convert(mode).save(file, kind, **options)
    return file.getvalue()


JPEG = picture("JPEG")
PNG = picture("PNG")
WEBP = picture("WEBP")
GIF = picture("GIF")

KINDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "jpeg": ("JPEG", {}),
    "progressive jpeg": ("JPEG", {"progressive": True}),
    "png": ("PNG", {}),
    "lossy webp": ("WEBP", {"quality": 50}),
    "lossless webp": ("WEBP", {"lossless": True}),
    "extended webp": ("WEBP", {"exif": b"Exif\0\0" + bytes(100)}),
    "gif": ("GIF", {}),
}
"""Pillow's format, and options with which it writes each kind of header."""


def encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()


def data_url(image: bytes = PNG, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{encoded(image)}"
