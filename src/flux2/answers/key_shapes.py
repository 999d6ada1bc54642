"""The shapes of answers about keys."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.shapes import Cost, UnixSeconds
from flux2.days import Period

KeyId = Annotated[str, Field(pattern="^(owner|key_[0-9a-f]{24})$")]


class Key(TypedDict):
    """A caller's key, without the key itself."""

    id: KeyId
    object: Literal["api_key"]
    name: str
    created_at: UnixSeconds | None
    expires_at: UnixSeconds | None
    disabled: bool
    models: Annotated[list[str] | None, Field(description="null: all of them.")]
    rpm: Annotated[int | None, Field(description="Requests for images in a minute.")]
    limit_neurons: Annotated[float | None, Field(description="The budget; null: none.")]
    limit_usd: Annotated[float | None, Field(description="The same in US dollars.")]
    limit_reset: Period | None
    resets_at: Annotated[
        UnixSeconds | None, Field(description="When the budget begins anew; null: never.")
    ]
    spent: Annotated[
        Cost, Field(description="Since the budget began; reserved for running images, too.")
    ]
    spent_today: Cost
    spent_in_all: Cost
    remaining: Annotated[Cost | None, Field(description="null: there is no budget.")]


class NewKey(Key):
    """A key that was made, or made anew, with the key itself, which is told only here."""

    key: Annotated[str, Field(pattern="^sk-flux2-[A-Za-z0-9_-]{43}$")]


class KeyList(TypedDict):
    object: Literal["list"]
    data: list[Key]
    first_id: KeyId | None
    last_id: KeyId | None
    has_more: bool


class DeletedKey(TypedDict):
    id: KeyId
    object: Literal["api_key"]
    deleted: Literal[True]


class FreeDay(TypedDict):
    """What Cloudflare gives away each day, as far as this deployment knows what was used of it."""

    neurons_per_day: int
    used: Cost
    remaining: Cost
    resets_at: UnixSeconds


class OwnKey(Key):
    """One's own key, and what else concerns whoever has it."""

    free_today: FreeDay
    images_kept_days: Annotated[
        int,
        Field(description="For how long images can be found at `/v1/images/kept`; 0: not at all."),
    ]
