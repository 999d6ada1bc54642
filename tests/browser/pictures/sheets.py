"""A state at every width, in both themes and languages, on one sheet."""

import io

from PIL import Image
from playwright.sync_api import Page

from tests.browser.studio import WIDE

WIDTHS = {390: 0.55, 1440: 0.5, 2560: 0.3}
"""Pixels of a window, and how much smaller it is on the sheet."""
HEIGHTS = {390: 844, 1440: 900, 2560: 1440}
GAP = 12
# What stands below a dialog hears a script all the same.
_PRESS = "selector => document.querySelector(selector).click()"
_THEME, _LANGUAGE = ".top .square:has(+ [lang])", ".top [lang]"
_SETTLED = """() => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 150))))"""


def take_sheet(page: Page, half: str) -> Image.Image:
    """`half` is what a phone shows of it: "create" or "gallery"."""
    rows = []
    for press in (None, _THEME, _LANGUAGE, _THEME):
        if press is not None:
            page.evaluate(_PRESS, press)
        rows.append([_take(page, width, half) for width in WIDTHS])
    page.set_viewport_size({"width": 1440, "height": 900})
    return _put_together(rows)


def _take(page: Page, width: int, half: str) -> Image.Image:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    if width < WIDE:
        page.evaluate(_PRESS, f".tabs button:nth-of-type({['create', 'gallery'].index(half) + 1})")
    page.evaluate(_SETTLED)
    picture = Image.open(io.BytesIO(page.screenshot()))
    return picture.convert("RGB").resize(
        (round(width * WIDTHS[width]), round(HEIGHTS[width] * WIDTHS[width]))
    )


def _put_together(rows: list[list[Image.Image]]) -> Image.Image:
    height = max(picture.height for picture in rows[0])
    width = sum(picture.width + GAP for picture in rows[0])
    sheet = Image.new("RGB", (width, len(rows) * (height + GAP)), "#777")
    for number, row in enumerate(rows):
        left = 0
        for picture in row:
            sheet.paste(picture, (left, number * (height + GAP)))
            left += picture.width + GAP
    return sheet
