"""What every error of `flux2.errors` has in common."""

from typing import ClassVar, Self


class ApiError(Exception):
    """An error as OpenAI's clients expect it; `message` says what to do."""

    status: ClassVar[int]
    type: ClassVar[str] = "api_error"
    code: ClassVar[str]
    example: ClassVar[str]
    """A message as callers get it, or its beginning."""
    example_param: ClassVar[str | None] = None
    is_told: ClassVar[bool] = True
    """Whether a caller is still there to get it."""
    is_answer: ClassVar[bool] = True
    """Whether a request is answered with it; else only lines of batches have it."""
    retryable: bool = True
    """Whether asking again can help. OpenAI's clients repeat every 429 and 5xx unless the answer
    has `x-should-retry: false`."""

    is_free: bool = False
    """Whether it is certain that what failed was not paid for."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        retryable: bool | None = None,
        is_free: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.is_free = is_free
        if retryable is not None:
            self.retryable = retryable

    @classmethod
    def make_example(cls) -> Self:
        """Make one as the specification shows it."""
        return cls(cls.example, param=cls.example_param)

    def headers(self) -> dict[str, str]:
        return {} if self.retryable or self.status < 429 else {"x-should-retry": "false"}
