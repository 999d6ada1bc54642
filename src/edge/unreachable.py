"""The errors of `fetch` that mean: a connection was never made."""

import re

from pyodide.ffi import JsException

_BY_CODE = (
    (r"ENOTFOUND|EAI_\w+", "its name cannot be looked up (DNS)"),
    (r"ECONNREFUSED", "it refuses connections"),
    (r"EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT", "it cannot be reached"),
    (r"ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|\w*CERT\w*", "TLS failed"),
)
"""Node's codes (its reference, "Errors, Common system errors"), and what they mean."""
_INTERNAL = "internal error"
"""All that workerd says where a name is not known or TLS fails, as tried with 1.20261023.1; where a
connection is refused it says the same as of one that is lost."""


def find_reason(error: BaseException | None) -> str | None:
    """Tell why, in a few words; None if a connection may have been made."""
    if not isinstance(error, JsException):
        return None
    cause = getattr(error, "cause", None)
    code = str(getattr(cause, "code", None) or "")
    for pattern, reason in _BY_CODE:
        if re.fullmatch(pattern, code):
            return reason
    if _INTERNAL in str(error):
        return "its name cannot be looked up, or TLS failed (the runtime does not say which)"
    return None
