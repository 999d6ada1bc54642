"""Requests to try, as the specification shows them."""

from typing import Any

from tools.openapi.schemas import Json

IMAGE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAAEUlEQVR42mP4vCwKjhiI4w"
    "AANNEfMWr419wAAAAASUVORK5CYII="
)
"""A whole PNG of 4x4 pixels."""
PROMPT = "A lighthouse at dawn, soft mist"


def _show(summary: str, **value: Any) -> Json:
    return {"summary": summary, "value": value}


GENERATIONS = {
    "sentence": _show("A sentence", prompt=PROMPT),
    "settings": _show(
        "Size, steps, seed",
        model="flux-2-dev",
        prompt=PROMPT,
        width=1280,
        height=720,
        steps=30,
        guidance=4.5,
        seed=41,
    ),
    "json": _show(
        "JSON prompting",
        prompt={
            "scene": "a lighthouse on a cliff",
            "lighting": "dawn, soft mist",
            "color_palette": ["#F3A65A", "#111214"],
        },
        size="1024x768",
    ),
    "reference": _show("A reference image", prompt="The same as a watercolour", images=[IMAGE]),
    "openai": _show(
        "As OpenAI's clients ask",
        model="gpt-image-1",
        prompt=PROMPT,
        n=2,
        size="auto",
        quality="low",
        background=None,
    ),
    "stream": _show("Server-sent events", prompt=PROMPT, stream=True),
}
EDITS = {"edit": _show("An image", prompt="Make it night", images=[{"image_url": IMAGE}])}
GENERATION_FORM: Json = {"prompt": PROMPT, "size": "1024x768", "seed": 41}
EDIT_FORM: Json = {"prompt": "Make it night", "image": ["the bytes of a file"]}
