"""Requests as programs for workflows send them, as data: n8n's OpenAI node 2.41, Dify's plugin 0.2.

From their sources. `size` is smaller than theirs where that is a user's setting.
"""

from tests.clients.replays import EDITS, PICTURE, PROMPT, Replay, base64_only, link_only, png_only

DIFY = {"user-agent": "OpenAI/Python 3.9.0", "x-stainless-lang": "python"}

WORKFLOW_REPLAYS = (
    Replay(
        "n8n, generation",
        base64_only,
        json={
            "prompt": PROMPT,
            "model": "dall-e-3",
            "response_format": "b64_json",
            "n": 1,
            "size": "256x256",
            "quality": "hd",
            "style": "natural",
        },
    ),
    Replay(
        "n8n, generation, a link",
        link_only,
        json={
            "prompt": PROMPT,
            "model": "flux-2-dev",
            "response_format": "url",
            "size": "256x256",
        },
    ),
    Replay(
        "n8n, edit, gpt-image-1",
        base64_only,
        path=EDITS,
        parts=[
            ("model", "gpt-image-1"),
            ("prompt", PROMPT),
            ("image[]", PICTURE),
            ("n", "1"),
            ("size", "256x256"),
            ("quality", "high"),
            ("background", "auto"),
            ("output_format", "jpeg"),
            ("input_fidelity", "high"),
        ],
        files=("data.png", "image/png"),
    ),
    Replay(
        "n8n, edit, dall-e-2",
        link_only,
        path=EDITS,
        parts=[
            ("model", "dall-e-2"),
            ("prompt", PROMPT),
            ("image", PICTURE),
            ("n", "2"),
            ("size", "256x256"),
            ("response_format", "url"),
        ],
        files=("data.png", "image/png"),
        chunked=True,
        images=2,
    ),
    Replay(
        "n8n, generation, a model from its list",
        base64_only,
        json={"prompt": PROMPT, "model": "gpt-image-1-mini", "quality": "medium", "size": "auto"},
        size=(1024, 1024),
    ),
    Replay(
        "n8n, edit, a model from its list",
        base64_only,
        path=EDITS,
        parts=[
            ("image[]", PICTURE),
            ("image[]", PICTURE),
            ("prompt", PROMPT),
            ("model", "gpt-image-1.5"),
            ("n", "1"),
            ("size", "256x256"),
            ("user", "somebody"),
            ("background", "opaque"),
            ("output_compression", "100"),
            ("quality", "auto"),
        ],
        files=("data.png", "image/png"),
    ),
    Replay(
        "Dify, generation",
        png_only,
        headers=DIFY,
        json={
            "prompt": PROMPT,
            "background": "opaque",
            "model": "gpt-image-1",
            "moderation": "low",
            "n": 2,
            "output_format": "png",
            "quality": "low",
            "size": "1024x1024",
        },
        images=2,
        size=(1024, 1024),
    ),
    Replay(
        "Dify, generation with its newest model",
        png_only,
        headers=DIFY,
        json={
            "prompt": PROMPT,
            "model": "gpt-image-2.5-sunburst",
            "n": 1,
            "output_format": "png",
            "quality": "xhigh",
            "size": "1024x640",
        },
        size=(1024, 640),
    ),
    Replay(
        "Dify, edit",
        base64_only,
        path=EDITS,
        headers=DIFY,
        parts=[
            ("prompt", PROMPT),
            ("model", "gpt-image-1-mini"),
            ("n", "1"),
            ("quality", "low"),
            ("size", "1024x1024"),
            ("image", PICTURE),
        ],
        files=("input_image.png", "image/png"),
        size=(1024, 1024),
    ),
)
