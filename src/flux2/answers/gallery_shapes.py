"""The shapes of answers about images that are kept for whoever asked for them."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.shapes import Cost, Format, KeptId, Size, UnixSeconds


class KeptImage(TypedDict):
    """An image that can be fetched until its time is over, and what it was made from."""

    id: KeptId
    object: Literal["image"]
    created_at: UnixSeconds
    expires_at: UnixSeconds
    url: Annotated[str, Field(description="Needs no key, and lives until `expires_at`.")]
    request_id: Annotated[
        str | None, Field(description="Images that were asked for together have the same.")
    ]
    prompt: Annotated[str, Field(description="As it was sent to the model.")]
    model: str
    size: Size
    steps: int
    guidance: Annotated[float | None, Field(description="null: the model's own.")]
    seed: int
    references: Annotated[
        int, Field(description="How many reference images there were; they are not kept.")
    ]
    output_format: Format
    cost: Cost


class DeletedImage(TypedDict):
    """An image that is not kept any more, since somebody deleted it."""

    id: KeptId
    object: Literal["image"]
    deleted: Literal[True]


class KeptImageList(TypedDict):
    object: Literal["list"]
    data: list[KeptImage | DeletedImage]
    first_id: KeptId | None
    last_id: KeptId | None
    has_more: bool
