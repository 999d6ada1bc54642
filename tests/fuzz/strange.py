"""Requests that no client should send, for Hypothesis to choose from."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis.strategies import SearchStrategy

from tests.fuzz import bodies, chats, forms
from tests.unit.fakes import Request, write_form

GENERATIONS, EDITS = "/v1/images/generations", "/v1/images/edits"
CHAT = "/v1/chat/completions"
IMAGE_PATHS = (GENERATIONS, EDITS)


def fuzz(requests: SearchStrategy[Any], count: int, send: Callable[[Any], None]) -> None:
    """Send `count` of them or so, the same ones each time; a failure shows the smallest."""

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(requests)
    def run(request: Any) -> None:
        try:
            send(request)
        except Exception as exc:
            exc.add_note(f"{request!r:.3000}")
            raise

    run()


# Headers

HEADER_TEXT = st.text(
    st.sampled_from([chr(c) for c in (*range(32, 127), *range(160, 256))]), max_size=40
)
ODD_TYPES = ("application/json", "application/json; charset=utf-16", "APPLICATION/JSON;")
ODD_TYPES += ("text/json", "application/problem+json", "json", "text/plain")
ODD_TYPES += ("text/html; charset=\u00ff", "application/x-www-form-urlencoded")
ODD_TYPES += ("Application/X-WWW-Form-Urlencoded; charset=koi8-r", "multipart/form-data")
ODD_TYPES += ("multipart/form-data; boundary", "multipart/form-data; boundary=")
ODD_TYPES += ('multipart/form-data; boundary=""', 'multipart/form-data; boundary="x')
ODD_TYPES += ("multipart/form-data; boundary=rand; boundary=y", "multipart/form-data; BOUNDARY=x")
ODD_TYPES += (f"multipart/form-data; boundary={'x' * 300}", "multipart/mixed; boundary=rand")
ODD_TYPES += ("multipart/form-data, application/json", ";", "/", "image/png", "a" * 5000)
TYPES = st.one_of(st.sampled_from(("application/json", None, *ODD_TYPES)), HEADER_TEXT)
AUTHORIZATIONS = st.one_of(
    st.sampled_from(
        ("", "Bearer", "Bearer ", "bearer  ", "Basic eDp5", "Bearer wrong", "Bearer \u00ff")
    ),
    HEADER_TEXT,
    HEADER_TEXT.map(lambda text: f"Bearer {text}"),
)
OTHER_HEADERS = st.dictionaries(
    st.sampled_from(
        ("accept", "accept-encoding", "referer", "access-control-request-headers", "range")
    ),
    HEADER_TEXT,
    max_size=2,
)


def _headers(content_type: str | None, key: str) -> dict[str, str]:
    kind = {} if content_type is None else {"content-type": content_type.strip()}
    return {"authorization": f"Bearer {key}", **kind}


# Requests, to a server with that key


def json_requests(key: str) -> SearchStrategy[Request]:
    """Bodies that are JSON, nearly so, or not at all, under any content type."""
    types = st.one_of(st.just("application/json"), st.just("application/json"), TYPES)
    return st.builds(
        lambda path, kind, body: Request("POST", path, _headers(kind, key), body),
        st.sampled_from(IMAGE_PATHS),
        types,
        bodies.JSON_BODIES,
    )


def chat_requests(key: str) -> SearchStrategy[Request]:
    """Chats as nobody should send them."""
    return st.builds(
        lambda body: Request("POST", CHAT, _headers("application/json", key), body),
        chats.BODIES,
    )


def urlencoded_requests(key: str) -> SearchStrategy[Request]:
    headers = _headers("application/x-www-form-urlencoded", key)
    return st.builds(
        lambda path, body: Request("POST", path, headers, body),
        st.sampled_from(IMAGE_PATHS),
        bodies.URLENCODED_BODIES,
    )


SEGMENTS = ("%", "%zz", "%00", "%ff", "%e2%82", "%2F", "%252e", "%20", "+", "@cf", "a:b", "~")
SEGMENTS += ("flux-2-dev", "@cf%2Fblack-forest-labs%2Fflux-2-dev", "x" * 3000, "%F0%9F%90%84", "*")
SEGMENTS += ("", "'", "dall-e-2", f"{'0' * 32}.png", f"{'0' * 32}.exe", "constructor")
SEGMENTS += ("generations", "edits", "%0d%0a")
KNOWN = ("/health", "/v1/models", "/v1/models/", GENERATIONS, EDITS, CHAT)
ROOTS = (*KNOWN, "/v1", "/v1/", "/V1/models", "/v1/images", "/v1/images/files/", "/zz", "/health/")
PATHS = st.builds(
    lambda root, segments, query: root + "/".join(segments) + query,
    st.sampled_from(ROOTS),
    st.lists(st.sampled_from(SEGMENTS), max_size=3),
    st.sampled_from(("", "", "?", "?a=%zz", "?" + "a" * 2000)),
)
METHODS = ("GET", "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "QUERY")


def door_requests(key: str) -> SearchStrategy[Request]:
    """Any method and path, with and without the key."""
    return st.builds(
        lambda method, path, authorization, others: Request(
            method, path, {**others, "authorization": authorization.strip()}
        ),
        st.sampled_from(METHODS),
        st.sampled_from(KNOWN) | PATHS,
        st.one_of(st.just(f"Bearer {key}"), AUTHORIZATIONS),
        OTHER_HEADERS,
    )


def form_requests(key: str) -> SearchStrategy[Request]:
    """Forms that are well made."""
    headers = _headers("multipart/form-data; boundary=rand", key)
    return st.builds(
        lambda path, form: Request("POST", path, headers, write_form(form, "rand")),
        st.sampled_from(IMAGE_PATHS),
        forms.FORMS,
    )


def multipart_requests(key: str) -> SearchStrategy[Request]:
    """Multipart as nobody should write it, for a platform that takes it apart."""
    usual = "multipart/form-data; boundary=rand"
    return st.builds(
        lambda path, kind, body: Request("POST", path, _headers(kind, key), body),
        st.sampled_from(IMAGE_PATHS),
        st.sampled_from((*[usual] * 6 * len(ODD_TYPES), *ODD_TYPES)),
        forms.MULTIPART,
    )


MIXTURE = {
    json_requests: {200, 400},
    chat_requests: {200, 400},
    urlencoded_requests: {200, 400},
    form_requests: {200, 400},
    multipart_requests: {200, 400},
    door_requests: {200, 401, 404, 405},
}
"""Statuses that are among the answers to each kind, or else it is too strange, or not enough."""
