"""The fields of a webhook endpoint: the rule of each, and what is said where it is broken."""

import pytest

from tests.unit.fakes import KEY, Request, check_error
from tests.unit.fakes.sharing import Deployment
from tests.unit.test_webhooks import ENDPOINTS, FIELDS, register

TYPES = "batch.completed, batch.failed, batch.expired, batch.cancelled"
NOT_PUBLIC = "must have a public name for its host"
BROKEN = [
    ("name", "", "a string of 1 to 100 characters"),
    ("name", "x" * 101, "a string of 1 to 100 characters"),
    ("name", 5, "a string of 1 to 100 characters, not 5"),
    ("name", " ", "must not be blank"),
    ("name", "My\nserver", "no control characters"),
    ("event_types", [], f"a list of at least one of {TYPES}, not []"),
    ("event_types", "batch.completed", f"a list of at least one of {TYPES}"),
    ("event_types", [None], f"a list of at least one of {TYPES}, not [null]"),
    ("event_types", ["response.completed"], f'one of {TYPES}, not ["response.completed"]'),
    ("event_types", ["batch.failed", "batch.canceled"], f"one of {TYPES}"),
    ("url", 7, "a string, an https URL"),
    ("url", "", "must begin with https://"),
    ("url", "hooks.example.com", "must begin with https://"),
    ("url", "http://hooks.example.com", "must begin with https://"),
    ("url", "https:hooks.example.com", "must begin with https://"),
    ("url", "https:///hooks.example.com", NOT_PUBLIC),
    ("url", " https://hooks.example.com", "ASCII without spaces"),
    ("url", f"https://hooks.example.com/{'x' * 2000}", "at most 2,000 characters"),
    ("url", "https://hooks.example.com/a b", "percent-encoded"),
    ("url", "https://hooks.example.com/\n", "percent-encoded"),
    ("url", "https://hooks.example.com\\@10.0.0.1", "percent-encoded"),
    ("url", "https://hooks.example.com/米", "percent-encoded"),
    ("url", "https://１２７.0.0.1", "percent-encoded"),
    ("url", "https://hooks.example.com/#there", "no fragment"),
    ("url", "https://me:secret@hooks.example.com", "no user and no password"),
    ("url", "https://me@hooks.example.com/", "no user and no password"),
    ("url", "https://hooks.example.com:70000", "a port up to 65535"),
    ("url", "https://hooks.example.com:https", NOT_PUBLIC),
    ("url", "https://:8443", NOT_PUBLIC),
    ("url", "https://localhost", NOT_PUBLIC),
    ("url", "https://intranet/hook", NOT_PUBLIC),
    ("url", "https://127.0.0.1", NOT_PUBLIC),
    ("url", "https://8.8.8.8/", NOT_PUBLIC),
    ("url", "https://2130706433", NOT_PUBLIC),
    ("url", "https://0x7f000001", NOT_PUBLIC),
    ("url", "https://0x7f.1", NOT_PUBLIC),
    ("url", "https://127.0.0.0x1", NOT_PUBLIC),
    ("url", "https://127.1", NOT_PUBLIC),
    ("url", "https://0177.0.0.01", NOT_PUBLIC),
    ("url", "https://127.0.0.1.", NOT_PUBLIC),
    ("url", "https://%31%32%37.0.0.1", NOT_PUBLIC),
    ("url", "https://[::1]/", NOT_PUBLIC),
    ("url", "https://[::ffff:127.0.0.1]:443/", NOT_PUBLIC),
    ("url", "https://hooks.example.com./", NOT_PUBLIC),
    ("url", "https://localhost./", NOT_PUBLIC),
    ("url", "https://hooks..example.com", NOT_PUBLIC),
    ("url", "https://-hooks.example.com", NOT_PUBLIC),
    ("url", f"https://{'x' * 64}.example.com", NOT_PUBLIC),
    ("url", f"https://{'x.' * 130}com", NOT_PUBLIC),
    ("url", "https://printer.local", f"{NOT_PUBLIC}; those in .local are not"),
    ("url", "https://db.internal/", "those in .internal are not"),
    ("url", "https://metadata.google.internal", "those in .internal are not"),
    ("url", "https://app.localhost:3000", "those in .localhost are not"),
    ("url", "https://router.home.arpa", "those in .arpa are not"),
    ("url", "https://a.TEST?x", "those in .test are not"),
    ("url", "https://a.invalid", "those in .invalid are not"),
    ("url", "https://a.example", "those in .example are not"),
    ("url", "https://a.onion", "those in .onion are not"),
    *((name, None, "not null") for name in FIELDS),
]


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize(("name", "value", "says"), BROKEN)
async def test_broken_rule_is_told_with_its_field(is_new, name, value, says):
    """Whether an endpoint is made or changed; then nothing is. What a new one lacks is missing."""
    server = Deployment()
    path = ENDPOINTS if is_new else f"{ENDPOINTS}/{(await register(server))['id']}"
    before = server.database.rows("webhook_endpoints")

    answer = await server.ask("POST", path, {**FIELDS, name: value})

    is_missing = is_new and value is None
    code = "missing_required_parameter" if is_missing else "invalid_value"
    check_error(answer, 400, code, name, "" if is_missing else says, param=name)
    assert server.database.rows("webhook_endpoints") == before


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "HTTPS://Hooks.Example.COM/",
        "https://example.com:8443/hook?a=b&c=%20",
        "https://example.com?at=once",
        "https://my_hooks.example.co.uk/a/b;c,d",
        "https://xn--fiqs8s.xn--fiqs8s/",
        "https://1.2.3.4.example.com/~me/@you",
        "https://local.example.com/",
        f"https://example.com/{'x' * 1980}",
    ],
)
async def test_url_with_a_public_name_is_taken(url):
    """As it was given."""
    made = await register(Deployment(), url=url)

    assert made["url"] == url


@pytest.mark.parametrize("name", FIELDS)
async def test_new_endpoint_needs_all_fields(name):
    fields = {each: value for each, value in FIELDS.items() if each != name}

    answer = await Deployment().ask("POST", ENDPOINTS, fields)

    check_error(answer, 400, "missing_required_parameter", f"{name} is required", param=name)


@pytest.mark.parametrize("name", ["urls", "secret", "signing_secret", "id", "x" * 200])
@pytest.mark.parametrize("is_new", [True, False])
async def test_unknown_field_is_refused(is_new, name):
    """With all that there are."""
    server = Deployment()
    path = ENDPOINTS if is_new else f"{ENDPOINTS}/{(await register(server))['id']}"

    answer = await server.ask("POST", path, {**FIELDS, name: 1})

    says = "A webhook endpoint has no field", "it has name, url, event_types"
    check_error(answer, 400, "unsupported_parameter", *says, param=name[:100])


@pytest.mark.parametrize(
    ("end", "body", "code", "param", "says"),
    [
        ("test", {}, "missing_required_parameter", "event_type", f"one of {TYPES}"),
        (
            "test",
            {"event_type": None},
            "missing_required_parameter",
            "event_type",
            "is required",
        ),
        (
            "test",
            {"event_type": "response.completed"},
            "invalid_value",
            "event_type",
            f'one of {TYPES}, not "response.completed"',
        ),
        (
            "test",
            {"event_type": "batch.failed", "data": {}},
            "unsupported_parameter",
            "data",
            "A test has no field",
        ),
        (
            "rotate_secret",
            {"keep_old_secret_active_for_24_hours": 1},
            "invalid_value",
            "keep_old_secret_active_for_24_hours",
            "true or false, not 1",
        ),
        ("rotate_secret", {"hours": 1}, "unsupported_parameter", "hours", "A new secret has no"),
    ],
)
async def test_field_of_what_is_done_with_an_endpoint_is_judged(end, body, code, param, says):
    """Before anything is done."""
    server = Deployment()
    made = await register(server)

    answer = await server.ask("POST", f"{ENDPOINTS}/{made['id']}/{end}", body)

    check_error(answer, 400, code, param, says, param=param)
    (row,) = server.database.rows("webhook_endpoints")
    assert row["secret"] == made["signing_secret"]


@pytest.mark.parametrize("data", [b"[]", b"name", b""])
async def test_body_must_be_an_object(data):
    """An empty one is none, but where nothing is needed."""
    headers = {"authorization": f"Bearer {KEY}"}

    answer = await Deployment().send(Request("POST", ENDPOINTS, headers, data))

    check_error(answer, 400, "invalid_json")
