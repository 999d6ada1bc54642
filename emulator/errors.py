"""Cloudflare's error codes, with the HTTP status and the words of each."""

from collections.abc import Mapping

FLAGGED = "Your output has been flagged. Please choose another prompt / input image combination"
_QUOTA = (
    "You have used up your daily free allocation of 10,000 neurons. Please upgrade to Cloudflare's"
    " Workers Paid plan if you would like to continue usage."
)

# `{path}` is that of the call.
ERRORS: Mapping[int, tuple[int, str]] = {
    971: (429, "Please wait and consider throttling your request speed"),
    3001: (500, "Internal server error"),
    3003: (400, "Request is missing headers or body"),
    3006: (413, "Request is too large"),
    3007: (408, "Request timeout"),
    3008: (408, "Request was aborted"),
    3023: (403, "Service unavailable for account"),
    3030: (400, "Invalid input"),
    3036: (429, _QUOTA),
    3040: (429, "Capacity temporarily exceeded, please try again."),
    3041: (403, "The account is not allowed to access private model"),
    3042: (404, "The model name is invalid"),
    3046: (408, "Request timeout"),
    4006: (429, _QUOTA),
    5004: (400, "Invalid data type for base64 input"),
    5006: (400, "Bad input"),
    5007: (400, "No such model or task"),
    5016: (403, "User has not agreed to the model terms"),
    5018: (403, "The account is not allowed to access this model"),
    5035: (403, "This model requires the Workers Paid plan"),
    7000: (404, "No route for that URI"),
    7003: (404, "Could not route to {path}, perhaps your object identifier is invalid?"),
    8001: (400, "Invalid input"),
    9106: (400, "Missing authentication headers"),
    9109: (403, "Unauthorized to access requested resource"),
    10000: (401, "Authentication error"),
    10013: (429, "You have been rate limited. Please try again later."),
    10405: (405, "Method not allowed for this authentication scheme"),
}


class RefusalError(Exception):
    """A call that Cloudflare would not run; without a message, it has the code's own."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.status, words = ERRORS[code]
        self.message = message or words
        super().__init__(self.message)

    def document(self, path: str = "{path}") -> dict[str, object]:
        error = {"code": self.code, "message": self.message.replace("{path}", path)}
        return {"success": False, "errors": [error], "result": None, "messages": []}


class BadInputError(RefusalError):
    def __init__(self, message: str) -> None:
        super().__init__(5006, f"Bad input: {message}")
