"""Values of a request's fields that no client should send, and some that it may.

What could become an image carries `emulate:…`, since a refusal is cheaper than a picture; the fakes
in memory do not know the word.
"""

from hypothesis import strategies as st

from flux2.request.fields import NAMES
from tests.unit.fakes import GIF, JPEG, WEBP, data_url

REFERENCES = ("image", "image[]", "image[0]", "image[3]", "images", "images[]", "input_image_0")
REFERENCES += ("input_image_1", "input_image_3", "input_image_4", "image[image_url]", "image[999]")
OTHERS = ("mask", "user", "background", "", " prompt", "PROMPT", "prompt\0", "__proto__", "x" * 300)
FIELDS = (*sorted(NAMES), *REFERENCES, *OTHERS)

CONTROLS = st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Co", "Cn"])
SURROGATES = st.characters(categories=["Cs"])
TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(max_size=12),
    st.text(CONTROLS, max_size=4),
    st.sampled_from(("x" * 32_001, "\0" * 9, "🐄" * 32_000, '"' * 20_000, "\u202e", "\ufeff")),
)
FAILURES = ("flagged", "capacity", "internal", "garbage", "html", "error=503", "redirect")
FAILURES += ("break_before", "break_headers", "quota", "token", "empty", "code=1", "unknown")
PROMPTS = st.builds("{} emulate:{}".format, TEXTS, st.sampled_from(FAILURES))
NUMBERS = (0, 1, -1, 4, 255, 256, 2048, 2049, 2**31, 2**32 - 1, 2**32, 2**63, 2**64, 10**400)
FRACTIONS = (0.5, -0.0, 256.0, 1e-320, 5e-7, 1e308, -1e308, 1.7976931348623157e308)
WORDS = ("", " ", "auto", "AUTO", "null", "true", "yes", "1", " 7 ", "1_0", "٣", "0x10", "+5")
WORDS += ("1e2", "NaN", "Infinity", "1e999", "-1", "9" * 5000, "256x256", "256 X 256", "0x0")
WORDS += ("٢٥٦x٢٥٦", "b64_json", "url", "png", "jpeg", "webp", "low", "hd", "dall-e-3")
WORDS += ("gpt-image-1", "\0", "flux-2-dev", "flux-2-klein-4b")
WORDS += ("@cf/black-forest-labs/flux-2-klein-9b", "@cf/", "flux")
DATA_URLS = (data_url(), data_url(JPEG), data_url(WEBP, ""), data_url(GIF), data_url(b""), "data:")
DATA_URLS += ("data:;base64,", "data:;base64,====", "data:;base64,AAAA", "data:,x", "blob:x")
DATA_URLS += ("data:;BASE64,AA=A", 'data:;base64,"\\', "http://x/", "HTTPS://x/", "\0image:0")
DATA_URLS += ("file:", f"data:{'x' * 300};base64,AAAA", f"data:;base64,{'A' * 70_000}")
DATA_URLS += ("data:;base64,é",)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.integers(),
    st.sampled_from(FRACTIONS),
    st.floats(allow_nan=False),
    st.sampled_from(WORDS),
    TEXTS,
)
ANYTHING = st.recursive(
    st.one_of(SCALARS, st.sampled_from(DATA_URLS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.dictionaries(
            st.sampled_from(("image_url", "url", "file_id", *FIELDS)), inner, max_size=4
        ),
    ),
    max_leaves=8,
)
URLS = st.sampled_from(DATA_URLS)
PAIRS = st.one_of(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from((*WORDS, *NUMBERS, *FRACTIONS, None, True))),
    st.tuples(st.sampled_from(REFERENCES), URLS),
    st.tuples(st.sampled_from(REFERENCES), st.lists(URLS, max_size=6)),
    st.tuples(st.sampled_from(REFERENCES), URLS.map(lambda url: {"image_url": url})),
    st.tuples(st.sampled_from(FIELDS), ANYTHING),
)
"""A field and a value that is nearly right, or anything."""
OBJECTS = st.builds(
    lambda prompt, is_json, pairs: {"prompt": {"a": prompt} if is_json else prompt, **dict(pairs)},
    PROMPTS,
    st.booleans(),
    st.lists(PAIRS, max_size=4),
)
GOOD = st.fixed_dictionaries(
    {"prompt": TEXTS.map(lambda text: text or "a cat")},
    optional={
        "seed": st.integers(0, 2**32 - 1),
        "guidance": st.floats(0, 20),
        "stream": st.booleans(),
        "response_format": st.sampled_from(("url", "b64_json", None)),
        "images": st.lists(st.sampled_from(DATA_URLS[:4]), max_size=4),
    },
).map(lambda fields: {**fields, "size": "256x256", "model": "flux-2-klein-4b"})
