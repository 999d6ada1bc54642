"""The error table, through the embedded runtime: status, type, code, param, and what to do."""

import httpx
import pytest

from tests.api.test_generations import PATH, decoded
from tests.conftest import ACCOUNT, KEY, TOKEN, Server

BODY = {"prompt": "a cat", "size": "256x256"}


@pytest.mark.parametrize(
    ("body", "param", "code", "words"),
    [
        ({"prompt": "x", "size": "300x100"}, "size", "invalid_value", ["256", "2048", "300x100"]),
        ({"prompt": "x", "width": 100}, "width", "invalid_value", ["256 to 2048", "100"]),
        ({"prompt": "x", "steps": 51}, "steps", "invalid_value", ["1 to 50", "51"]),
        ({"prompt": "x", "steps": "abc"}, "steps", "invalid_value", ["1 to 50", "abc"]),
        ({"prompt": "x", "n": 11}, "n", "invalid_value", ["1 to 10", "11"]),
        ({"prompt": ""}, "prompt", "invalid_value", ["blank"]),
        ({"prompt": " \n"}, "prompt", "invalid_value", ["blank"]),
        ({"size": "256x256"}, "prompt", "missing_required_parameter", ["required"]),
        ({"prompt": "x", "mask": "m"}, "mask", "unsupported_parameter", ["mask"]),
    ],
)
@pytest.mark.parametrize("as_form", [False, True], ids=["json", "form"])
def test_bad_field_is_named(
    client: httpx.Client, body: dict, param: str, code: str, words: list[str], as_form: bool
) -> None:
    """A value out of range is a 400 that names the field, the value and the rule."""
    if as_form:
        response = client.post(PATH, files=[(k, (None, str(v))) for k, v in body.items()])
    else:
        response = client.post(PATH, json=body)
    error = response.json()["error"]
    assert response.status_code == 400
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    for word in [param, *words]:
        assert word in error["message"]


def test_link_to_an_image_is_refused(client: httpx.Client) -> None:
    """This server fetches nothing for a caller."""
    body = {"prompt": "x", "images": ["https://example.com/a.png"]}
    error = client.post(PATH, json=body).json()["error"]
    assert (error["param"], error["code"]) == ("images", "invalid_value")
    assert "fetches nothing" in error["message"]


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b'{"prompt": "x"', "application/json", 400, "invalid_json"),
        (b'{"prompt": NaN}', "application/json", 400, "invalid_json"),
        (b'"prompt"', "application/json", 400, "invalid_json"),
        (b"[]", "application/json", 400, "invalid_json"),
        (b"", "application/json", 400, "missing_required_parameter"),
        (b"", "multipart/form-data; boundary=b", 400, "invalid_form"),
        (b"x", "multipart/form-data", 400, "invalid_form"),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b", 400, "invalid_form"),
        (
            b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nhalf a pro',
            "multipart/form-data; boundary=b",
            400,
            "invalid_form",
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nx\r\n--b\r\nConte',
            "multipart/form-data; boundary=b",
            400,
            "invalid_form",
        ),
        (b"<prompt/>", "application/xml", 415, "unsupported_media_type"),
    ],
)
def test_broken_body_is_refused(
    client: httpx.Client, content: bytes, content_type: str, status: int, code: str
) -> None:
    """What is not JSON, and not a whole form, is told so."""
    response = client.post(PATH, content=content, headers={"content-type": content_type})
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"api-key": KEY}])
def test_no_key_or_a_wrong_one_is_401(server: Server, headers: dict[str, str]) -> None:
    """The answer says how to send the key, and nothing of the right one."""
    response = httpx.post(server.url + PATH, json=BODY, headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"
    assert KEY not in response.text


@pytest.mark.parametrize("name", ["CF_API_TOKEN", "ACCOUNT", "API_MASTER_KEY"])
def test_missing_variable_is_named(servers: dict[str, Server], name: str) -> None:
    """A deployment that is not configured says what is missing, also on /health."""
    server = servers[f"no {name}"]
    with server.client() as client:
        response = client.post(PATH, json=BODY)
        health = client.get("/health").json()
    assert response.status_code == 500
    assert response.headers["x-should-retry"] == "false"
    error = response.json()["error"]
    assert error["code"] == "configuration_error"
    assert error["message"] == f"{name} environment variable is required"
    assert health["mode"] == "Not Configured"


def test_paths_and_methods_that_do_not_exist_are_told(client: httpx.Client) -> None:
    """404 and 405 in the error shape, with CORS and a request id."""
    nothing = client.get("/v1/nothing")
    wrong = client.get(PATH)
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST, OPTIONS")
    assert client.post(PATH, json=BODY | {"model": "sdxl"}).status_code == 404
    assert client.options("/v1/anything").status_code == 204
    assert nothing.headers["x-request-id"]
    assert nothing.headers["access-control-allow-origin"] == "*"


UPSTREAM = {
    "flagged": (400, "content_policy_violation", None),
    "flagged200": (400, "content_policy_violation", None),
    "invalid": (502, "upstream_error", "false"),
    "quota": (429, "insufficient_quota", "false"),
    "quota4006": (429, "insufficient_quota", "false"),
    "capacity": (429, "rate_limit_exceeded", None),
    "ratelimit": (429, "rate_limit_exceeded", None),
    "ratelimit971": (429, "rate_limit_exceeded", None),
    "timeout": (504, "upstream_timeout", None),
    "timeout3007": (504, "upstream_timeout", None),
    "timeout3008": (504, "upstream_timeout", None),
    "internal": (502, "upstream_error", None),
    "nocode": (502, "upstream_error", None),
    "error=503": (502, "upstream_error", None),
    "toolarge": (413, "request_too_large", None),
    "nomodel": (502, "upstream_error", "false"),
    "forbidden": (502, "upstream_authentication_error", "false"),
    "paid": (502, "upstream_authentication_error", "false"),
    "account": (502, "upstream_authentication_error", "false"),
    "token": (502, "upstream_authentication_error", "false"),
    "token9109": (502, "upstream_authentication_error", "false"),
    "badrequest": (502, "upstream_error", "false"),
    "break_before": (502, "upstream_error", None),
    "break_headers": (502, "upstream_error", None),
    "empty": (502, "upstream_error", None),
    "empty_image": (502, "upstream_error", None),
    "null_result": (502, "upstream_error", None),
    "garbage": (502, "upstream_error", None),
    "notimage": (502, "upstream_error", None),
    "html": (502, "upstream_error", None),
    "array": (502, "upstream_error", None),
    "redirect": (502, "upstream_error", "false"),
}


@pytest.mark.parametrize("failure", UPSTREAM)
def test_failing_upstream_is_the_row_of_the_table(client: httpx.Client, failure: str) -> None:
    """Whatever Cloudflare does, the caller gets the status and the code of the contract."""
    status, code, should_retry = UPSTREAM[failure]
    response = client.post(PATH, json=BODY | {"prompt": f"x emulate:{failure}"})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert response.headers.get("x-should-retry") == should_retry
    assert TOKEN not in response.text
    assert ACCOUNT not in response.text
    if code == "rate_limit_exceeded":
        assert 1 <= int(response.headers["retry-after"]) <= 60


def test_retry_after_is_passed_on_up_to_a_minute(client: httpx.Client) -> None:
    """OpenAI's Python client does not wait longer than two minutes, it gives up."""
    for told, passed_on in (("7", "7"), ("600", "60")):
        response = client.post(PATH, json=BODY | {"prompt": f"x emulate:ratelimit={told}"})
        assert response.headers["retry-after"] == passed_on


@pytest.mark.parametrize(
    "oddity",
    [
        "reordered",
        "spaced",
        "escaped",
        "extra",
        "nolength",
        "gzip",
        "drip",
        "png",
        "webp",
        "wrongtype",
    ],
)
@pytest.mark.parametrize("size", ["256x256", "1024x1024"])
def test_odd_but_whole_answer_works(client: httpx.Client, oddity: str, size: str) -> None:
    """Another order of keys, white space, no length: the same image comes out."""
    plain = client.post(PATH, json={"prompt": "x", "seed": 3, "size": size}).json()
    prompt = f"x emulate:{oddity}"
    odd = client.post(PATH, json={"prompt": prompt, "seed": 3, "size": size}).json()
    assert odd["output_format"] == (oddity if oddity in ("png", "webp") else "jpeg")
    assert len(odd["data"][0]["b64_json"]) > 1000
    assert odd["size"] == plain["size"]


def test_eight_megabytes_arrive_whole(client: httpx.Client) -> None:
    """An image in many pieces, byte for byte."""
    answer = client.post(PATH, json=BODY | {"prompt": "x emulate:big=8000000"}).json()
    assert len(answer["data"][0]["b64_json"]) > 7_900_000
    assert decoded(answer["data"][0]).size == (256, 256)


@pytest.mark.parametrize(
    "failure",
    ["break_middle", "break_chunked", "short", "short_tail", "success_false", "stall_middle"],
)
@pytest.mark.parametrize("image", ["", "emulate:big=3000000 "], ids=["short", "long"])
def test_half_an_answer_never_looks_whole(
    servers: dict[str, Server], failure: str, image: str
) -> None:
    """An upstream that breaks off breaks our answer too, or becomes an error before it begins."""
    body = BODY | {"prompt": f"x {image}emulate:{failure}"}
    with servers["impatient"].client() as client:
        try:
            response = client.post(PATH, json=body)
        except httpx.RemoteProtocolError:
            return
    assert response.status_code in (502, 504)


def test_upstream_that_stalls_is_a_timeout(servers: dict[str, Server]) -> None:
    """Our own deadline, and a message that says how long it is."""
    with servers["impatient"].client() as client:
        response = client.post(PATH, json=BODY | {"prompt": "x emulate:stall"})
    assert (response.status_code, response.json()["error"]["code"]) == (504, "upstream_timeout")
    assert "0.5 seconds" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("variant", "code", "word"),
    [
        ("wrong token", "upstream_authentication_error", "CF_API_TOKEN"),
        ("wrong account", "upstream_authentication_error", "ACCOUNT"),
        ("unreachable", "upstream_error", "127.0.0.1"),
    ],
)
def test_wrong_configuration_is_explained(
    servers: dict[str, Server], variant: str, code: str, word: str
) -> None:
    """The answer names the variable to look at."""
    with servers[variant].client() as client:
        response = client.post(PATH, json=BODY)
    assert (response.status_code, response.json()["error"]["code"]) == (502, code)
    assert word in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("variant", "host", "reason"),
    [
        ("unreachable", "127.0.0.1:", "it refuses connections"),
        ("no such host", "no-such-host.invalid", "its name cannot be looked up (DNS)"),
        ("no TLS", "127.0.0.1:", "TLS failed"),
    ],
)
def test_connection_that_was_never_made_is_explained(
    servers: dict[str, Server], variant: str, host: str, reason: str
) -> None:
    """Which host, and why: in the answer and in the log."""
    server = servers[variant]
    with server.client() as client:
        message = client.post(PATH, json=BODY).json()["error"]["message"]
    assert f"No connection to {host}" in message
    assert reason in message
    assert "CF_API_BASE_URL" in message
    said = [line for line in server.log.getvalue().splitlines() if "upstream_unreachable" in line]
    assert any(host in line and reason in line for line in said)


def test_nothing_that_is_secret_was_logged(server: Server, client: httpx.Client) -> None:
    """No key, token or prompt in what the Worker printed, even when an answer breaks off."""
    body = BODY | {"prompt": "a very private prompt emulate:big=3000000 emulate:break_middle"}
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(PATH, json=body)
    log = server.log.getvalue()
    assert "answer_broke_off" in log
    for secret in (KEY, TOKEN, ACCOUNT, "a very private prompt"):
        assert secret not in log
