"""The errors of `fetch` that mean: a connection was never made."""

import re

from pyodide.ffi import JsException

_BY_CODE = (
    (r"ENOTFOUND|EAI_\w+", "its name cannot be looked up (DNS)"),
    (r"ECONNREFUSED", "it refuses connections"),
    (r"EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT", "it cannot be reached"),
    (r"ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|\w*CERT\w*|UNABLE_TO_\w+|CRL_\w+", "TLS failed"),
    (r"INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH", "TLS failed"),
    (r"ERR_INVALID_URL|bad port", "its address is none that can be called"),
)
"""Node's codes (its reference, "Errors, Common system errors" and "TLS, X509 certificate error
codes") or, where it has none, its words; and what they mean."""
_INTERNAL = "internal error"
"""All that workerd says where a name is not known or TLS fails, as tried with 1.20261023.1; where a
connection is refused it says the same as of one that is lost."""


def find_reason(error: BaseException | None) -> str | None:
    """Tell why, in a few words; None if a connection may have been made."""
    if not isinstance(error, JsException):
        return None
    cause = getattr(error, "cause", None)
    code = str(getattr(cause, "code", None) or getattr(cause, "message", None) or "")
    for pattern, reason in _BY_CODE:
        if re.fullmatch(pattern, code):
            return reason
    if _INTERNAL in str(error):
        return "its name cannot be looked up, or TLS failed (the runtime does not say which)"
    return None
