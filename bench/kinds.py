"""What the soak asks: the kinds of visits, and how often each comes."""

import base64

from bench.cases import GENERATIONS, SMALL, announced, edit, get, png, post
from bench.traffic import (
    EMULATOR,
    LARGE,
    LARGEST,
    Kind,
    Request,
    asks,
    documents,
    edits,
    events,
    fixed,
    follows_the_link,
    holds,
    is_broken_off,
    leaves,
    painted,
    photo,
    refused,
    texts,
)

_SCENE = {"scene": "a harbour", "subjects": [{"description": "boat #"}], "style": "oil"}
_DATA_URL = f"data:image/png;base64,{base64.b64encode(png(20_000)).decode()}"
_PHOTO = photo(2000, 1500)
_UPLOAD = edit("leaving", [png(5_000_000)] * 4)
_WRONG_KEY = post(GENERATIONS, "application/json", b'{"prompt": "a cat"}', key="sk-wrong")
_SMALL_PICTURE = {"size": "256x256", "steps": 4}


def emulated(prompt: str, **fields: object) -> Request:
    return texts(f"a lighthouse {prompt}", **{**_SMALL_PICTURE, **fields})


KINDS = (
    Kind("text", 400, SMALL, asks(texts("boat #"), documents())),
    Kind("JSON prompt", 60, SMALL, asks(texts(_SCENE), documents())),
    Kind("answer of 2 MB", 120, LARGE, asks(texts(), documents(1, LARGE))),
    Kind("answer of 8 MB", 30, LARGEST, asks(texts(), documents(1, LARGEST))),
    Kind("n = 4", 40, SMALL, asks(texts(n=4), documents(4))),
    Kind("n = 4, 2 MB each", 20, LARGE, asks(texts(n=4), documents(4, LARGE))),
    Kind("n = 10", 5, SMALL, asks(texts(n=10), documents(10))),
    Kind("stream, 2 MB", 50, LARGE, asks(texts(stream=True), events(1, LARGE))),
    Kind("stream, n = 4", 20, SMALL, asks(texts(stream=True, n=4), events(4, SMALL))),
    Kind("link, 2 MB, and its file", 40, LARGE, follows_the_link(texts(response_format="url"))),
    Kind("painted", 20, EMULATOR, asks(emulated(""), painted("jpeg"))),
    Kind("painted in 2 s", 20, EMULATOR, asks(emulated("emulate:delay=2"), painted("jpeg"))),
    Kind("converted to PNG", 5, EMULATOR, asks(emulated("", output_format="png"), painted("png"))),
    Kind(
        "converted to WebP", 5, EMULATOR, asks(emulated("", output_format="webp"), painted("webp"))
    ),
    Kind(
        "form, 2 references of 20 KB",
        50,
        SMALL,
        asks(edits([png(20_000)] * 2), documents(seeded=False)),
    ),
    Kind("JSON, reference of 20 KB", 20, SMALL, asks(texts(images=[_DATA_URL]), documents())),
    Kind(
        "form, 4 references of 5 MB",
        5,
        SMALL,
        asks(edits([png(5_000_000)] * 4), documents(seeded=False)),
    ),
    Kind(
        "form, photo to be shrunk",
        15,
        SMALL,
        asks(edits([_PHOTO]), documents(seeded=False)),
    ),
    Kind("the page", 20, SMALL, asks(fixed(get("/")), holds(200, b"</html>")), is_page=True),
    Kind("health", 20, SMALL, asks(fixed(get("/health")), holds(200, b'"status":"ok"'))),
    Kind("models", 10, SMALL, asks(fixed(get("/v1/models")), holds(200, b'"object":"list"'))),
    Kind(
        "400, no prompt",
        15,
        SMALL,
        asks(texts(None), refused(400, "missing_required_parameter")),
    ),
    Kind("400, width", 15, SMALL, asks(texts(width=99), refused(400, "invalid_value"))),
    Kind("404, model", 10, SMALL, asks(texts(model="none"), refused(404, "model_not_found"))),
    Kind("401", 25, SMALL, asks(fixed(_WRONG_KEY), refused(401, "invalid_api_key"))),
    Kind(
        "401, body not sent", 10, SMALL, asks(fixed(announced()), refused(401, "invalid_api_key"))
    ),
    Kind(
        "fault: flagged",
        8,
        EMULATOR,
        asks(emulated("emulate:flagged"), refused(400, "content_policy_violation")),
    ),
    Kind(
        "fault: quota",
        8,
        EMULATOR,
        asks(emulated("emulate:quota"), refused(429, "insufficient_quota")),
    ),
    Kind(
        "fault: invalid",
        8,
        EMULATOR,
        asks(emulated("emulate:invalid"), refused(502, "upstream_error")),
    ),
    Kind(
        "fault: one of n = 3 flagged",
        5,
        EMULATOR,
        asks(
            emulated("emulate:flagged@#", n=3),
            painted("jpeg", 2, ["content_policy_violation"]),
        ),
    ),
    Kind(
        "fault: broken off in 3 MB",
        5,
        EMULATOR,
        is_broken_off(emulated("emulate:big=3000000 emulate:break_middle"), 500_000),
    ),
    Kind("leaves at once", 30, LARGE, leaves(texts()), False),
    Kind(
        "leaves while it is painted",
        30,
        EMULATOR,
        leaves(emulated("emulate:delay=1"), seconds=0.2),
        False,
    ),
    Kind("leaves in 8 MB", 25, LARGEST, leaves(texts(), size=1_000_000), False),
    Kind("leaves in a stream", 15, LARGE, leaves(texts(stream=True), size=200_000), False),
    Kind("leaves in its upload", 12, SMALL, leaves(fixed(_UPLOAD[: len(_UPLOAD) // 2])), False),
)
