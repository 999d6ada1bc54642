"""Which of the images that are kept to list."""

from typing import Literal

from pydantic import Field

from flux2.request.queries import Query


class KeptImagesQuery(Query):
    """Which of them, the newest first."""

    limit: int = Field(20, ge=1, le=100, description="How many at most.")
    after: str | None = Field(None, description="The last id of the page before.")
    deleted: Literal["true", "false"] | None = Field(
        None,
        description="`true`: also those that were deleted, by their id alone, as long as they "
        "would have been kept; each at the place of what is new when it was deleted.",
    )
