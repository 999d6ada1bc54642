"""The shapes of answers about usage, which are OpenAI's."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.shapes import UnixSeconds

_Key = Annotated[str | None, Field(description="Null unless it was grouped by; `owner` is yours.")]
_Model = Annotated[str | None, Field(description="Its full id; null unless it was grouped by.")]
_Grouped = Annotated[str | None, Field(description="Null unless it was grouped by.")]
_More = Annotated[bool, Field(description="Whether there is a `next_page`.")]
_NextPage = Annotated[
    str | None, Field(description="Send it as `page`, with the same parameters as before.")
]


class ImagesUsage(TypedDict):
    """What was asked for in a bucket."""

    object: Literal["organization.usage.images.result"]
    images: Annotated[int, Field(description="How many came.")]
    num_model_requests: Annotated[int, Field(description="Also those that failed.")]
    project_id: None
    user_id: None
    api_key_id: _Key
    model: _Model
    size: _Grouped
    source: _Grouped


class ImagesUsageBucket(TypedDict):
    object: Literal["bucket"]
    start_time: UnixSeconds
    end_time: UnixSeconds
    results: Annotated[list[ImagesUsage], Field(description="Empty if nothing was asked for.")]


class ImagesUsagePage(TypedDict):
    """Buckets side by side, none left out; they begin at 00:00 UTC and whole widths after it."""

    object: Literal["page"]
    data: list[ImagesUsageBucket]
    has_more: _More
    next_page: _NextPage


class Amount(TypedDict):
    value: Annotated[float, Field(description="By Cloudflare's price table.")]
    currency: Literal["usd"]


class Costs(TypedDict):
    """What a bucket cost, with what failed but may have cost something."""

    object: Literal["organization.costs.result"]
    amount: Amount
    line_item: _Model
    quantity: Annotated[
        int | None, Field(description="How many images came; null unless grouped by `line_item`.")
    ]
    quantity_unit: Literal["images"] | None
    project_id: None
    user_id: None
    api_key_id: _Key
    api_source: None


class CostsBucket(TypedDict):
    object: Literal["bucket"]
    start_time: UnixSeconds
    end_time: UnixSeconds
    results: Annotated[list[Costs], Field(description="Empty if nothing was asked for.")]


class CostsPage(TypedDict):
    """Days side by side, none left out."""

    object: Literal["page"]
    data: list[CostsBucket]
    has_more: _More
    next_page: _NextPage
