"""What may be asked about usage: OpenAI's parameters, as far as there is something to say here."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from flux2 import catalog
from flux2.errors import InvalidValue, ModelNotFound
from flux2.request.queries import Query
from flux2.usage.buckets import Buckets, Width, align, cut_page
from flux2.usage.pages import Filters
from flux2.usage.pruning import KEPT_DAYS, find_oldest

_LATEST = 9_999_999_999
"""The year 2286; what has more digits is milliseconds."""
_LIMITS: Mapping[Width, tuple[int, int]] = {"1d": (7, 31), "1h": (24, 168), "1m": (60, 1440)}
"""By default, and at most (OpenAI's reference, "Usage")."""
_CURSOR = re.compile("page_([0-9a-f]{1,9})")
_NO_USERS, _NO_PROJECTS = "there are no users here", "there are no projects here"


class UsageQuery(Query):
    """Where usage and costs are the same."""

    not_here: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("user_id", "user_ids"), _NO_USERS),
        **dict.fromkeys(("project_id", "project_ids"), _NO_PROJECTS),
        "api_source": "there is but one here",
    }

    start_time: int = Field(
        ge=0,
        le=_LATEST,
        description="Unix seconds. The first bucket is the one that this is in, as a whole.",
    )
    end_time: int | None = Field(
        None,
        ge=0,
        le=_LATEST,
        description="Unix seconds; now by default. The last bucket is the one that the second "
        "before it is in, as a whole.",
    )
    page: str | None = Field(
        None, description="The `next_page` of the answer before, whose other parameters stay."
    )
    api_key_ids: list[str] = Field(
        [], description="Only what these keys used; the owner's id is `owner`."
    )


class ImagesQuery(UsageQuery):
    bucket_width: Literal["1m", "1h", "1d"] | None = Field(
        None,
        description="`1d` by default. Minutes and hours are known of the last "
        f"{KEPT_DAYS} days only.",
    )
    limit: int | None = Field(
        None,
        ge=1,
        le=_LIMITS["1m"][1],
        description="How many buckets. "
        + "; ".join(f"{width}: {few}, at most {most}" for width, (few, most) in _LIMITS.items())
        + ".",
    )
    group_by: list[Literal["api_key_id", "model", "size", "source"]] = Field(
        [], description="What to tell apart; by default each bucket has one result."
    )
    models: list[str] = Field(
        [], description="Only of these models, in any spelling that a request may have."
    )
    sizes: list[str] = Field([], description="Only of these sizes, `1024x1024` for example.")
    sources: list[Literal["image.generation", "image.edit", "image.variation"]] = Field(
        [], description="FLUX.2 makes no variations."
    )

    @property
    def filters(self) -> Filters:
        return Filters(self.api_key_ids, _find_ids(self.models), self.sizes, self.sources)


class CostsQuery(UsageQuery):
    bucket_width: Literal["1d"] | None = Field(None, description="The only one.")
    limit: int | None = Field(None, ge=1, le=180, description="How many buckets; 7 by default.")
    group_by: list[Literal["api_key_id", "line_item"]] = Field(
        [], description="What to tell apart; a line item is a model."
    )
    line_items: list[str] = Field(
        [], description="Only of these models, in any spelling that a request may have."
    )

    @property
    def filters(self) -> Filters:
        return Filters(self.api_key_ids, _find_ids(self.line_items))


def find_buckets(query: ImagesQuery | CostsQuery, now: float) -> Buckets:
    """Find those that the answer has. Raises InvalidValue."""
    width: Width = query.bucket_width or "1d"
    usual, most = _LIMITS[width]
    if isinstance(query, ImagesQuery) and query.limit is not None and query.limit > most:
        raise InvalidValue(
            f"limit must be at most {most} where bucket_width is {width}, not {query.limit}.",
            param="limit",
        )
    # A second that has begun counts.
    end = int(now) + 1 if query.end_time is None else query.end_time
    if query.start_time >= end:
        raise InvalidValue(
            "start_time must be before end_time, which is now by default.", param="start_time"
        )
    _check_kept(query.start_time, width, now)
    begin = _find_begin(query.page, align(query.start_time, width), end, width)
    return cut_page(begin, end, width, query.limit or usual)


def _check_kept(start: int, width: Width, now: float) -> None:
    """Zeros would say that nothing was used."""
    oldest = find_oldest(now)
    if width != "1d" and start < oldest:
        raise InvalidValue(
            f"start_time must be at least {oldest} where bucket_width is {width}: single requests "
            f"are kept for {KEPT_DAYS} days, the sums of days for good.",
            param="start_time",
        )


def _find_begin(page: str | None, first: int, end: int, width: Width) -> int:
    """Find where a page begins, out of what `write_cursor` wrote."""
    if page is None:
        return first
    match = _CURSOR.fullmatch(page)
    begin = int(match[1], 16) if match else 0
    if not first < begin < end or begin != align(begin, width):
        raise InvalidValue(
            "page must be the next_page of an answer to the same parameters.", param="page"
        )
    return begin


def write_cursor(buckets: Buckets) -> str | None:
    """Write what leads to the next page, if there is one."""
    return f"page_{buckets.end:x}" if buckets.has_more else None


def _find_ids(names: Sequence[str]) -> Sequence[str]:
    """Find the ids of models. A name that is unknown stays as it is, for sums outlive models."""
    return [_find_id(name) for name in names]


def _find_id(name: str) -> str:
    try:
        return catalog.find(name).id
    except ModelNotFound:
        return name
