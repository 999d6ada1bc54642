"""Chats that no program should send, and some that it may."""

import json

from hypothesis import strategies as st

from tests.fuzz.bodies import SPOILED
from tests.fuzz.values import ANYTHING, DATA_URLS, FIELDS, PROMPTS, TEXTS, URLS, WORDS
from tests.unit.fakes import data_url

LINKS = ("https://x/v1/images/files/", "https://x/v1/images/files/" + "0" * 32 + ".jpg", "/a.png")
MARKDOWN = st.builds(
    "{}{}[{}]({}) {}".format,
    TEXTS,
    st.sampled_from(("!", "", "!!", "![](")),
    st.sampled_from(("", "a", "[", "x" * 600)),
    st.sampled_from((*DATA_URLS, *LINKS)),
    TEXTS,
)
ROLES = st.sampled_from(("user", "user", "assistant", "system", "tool", "", None, 7))
TEXT = st.one_of(PROMPTS, MARKDOWN, URLS, TEXTS)
IMAGES = st.one_of(
    st.builds(lambda url: {"type": "image_url", "image_url": {"url": url}}, URLS),
    st.builds(lambda url: {"type": "image_url", "image_url": url}, URLS),
)
PARTS = st.one_of(
    TEXT,
    st.builds(lambda text: {"type": "text", "text": text}, TEXT),
    IMAGES,
    IMAGES,
    st.builds(lambda kind: {"type": kind}, st.sampled_from(("file", "input_audio", 7, None))),
    ANYTHING,
)
CONTENTS = st.one_of(TEXT, st.lists(PARTS, max_size=4), ANYTHING)
MESSAGES = st.one_of(
    st.builds(lambda role, content: {"role": role, "content": content}, ROLES, CONTENTS),
    st.builds(
        lambda role, text, images: {"role": role, "content": text, "images": images},
        ROLES,
        TEXT,
        st.lists(IMAGES, max_size=2),
    ),
    ANYTHING,
)
ASKED = st.builds(lambda text: {"role": "user", "content": text}, PROMPTS)
GOOD = st.builds(
    lambda text, url: {
        "role": "user",
        "content": [{"type": "text", "text": text or "a cat"}, {"image_url": url}],
    },
    st.text(max_size=9).filter(str.strip),
    st.just(data_url()),
)
MORE = st.dictionaries(
    st.sampled_from(("image_config", "modalities", "stream_options", "response_format", *FIELDS)),
    st.one_of(
        ANYTHING,
        st.sampled_from(WORDS),
        st.sampled_from(
            (
                {"aspect_ratio": "16:9"},
                {"aspect_ratio": "99:1"},
                {"image_size": "4K"},
                {"include_usage": True},
                {"type": "text"},
                ["image"],
                ["text"],
            )
        ),
    ),
    max_size=3,
)
CHATS = st.builds(
    lambda messages, last, more: {**more, "messages": [*messages, *last]},
    st.lists(MESSAGES, max_size=4),
    st.lists(ASKED, max_size=1),
    MORE,
)
GOOD_CHATS = st.builds(
    lambda last, stream: {
        "messages": [last],
        "size": "256x256",
        "model": "flux-2-klein-4b",
        "stream": stream,
    },
    GOOD,
    st.booleans(),
)
BODIES = st.one_of(
    st.one_of(CHATS, CHATS, GOOD_CHATS, ANYTHING).map(lambda chat: json.dumps(chat).encode()),
    SPOILED,
)
