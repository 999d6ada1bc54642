"""The page's icons as PNG files, drawn from assets/favicon.svg; part of `make screenshots`."""

import io

from PIL import Image
from playwright.sync_api import Browser

from tools import ROOT

ICONS = {"192": (192, False), "512": (512, False), "maskable": (512, True), "apple": (180, True)}
"""Pixels a side; and whether it has no corners, for a system that cuts them itself."""

ROUND = {'rx="8"': "", "v5a8 8 0 0 1-8 8H8a8 8 0 0 1-8-8z": "v13H0z"}


def draw(browser: Browser) -> None:
    drawing = (ROOT / "assets/favicon.svg").read_text()
    for name, (side, is_square) in ICONS.items():
        text = _without_corners(drawing) if is_square else drawing
        with browser.new_context(viewport={"width": side, "height": side}) as context:
            page = context.new_page()
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{text}")
            _save(page.screenshot(omit_background=True), name)


def _without_corners(drawing: str) -> str:
    for part, instead in ROUND.items():
        assert part in drawing, part
        drawing = drawing.replace(part, instead)
    return drawing


def _save(png: bytes, name: str) -> None:
    """With few colours, and so with few bytes."""
    with Image.open(io.BytesIO(png)) as image:
        few = image.quantize(64, method=Image.Quantize.FASTOCTREE)
        few.save(ROOT / f"assets/icons/{name}.png", optimize=True)
