"""A month of keys and spending, in the API's shape: no test and no picture can wait for one."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

USD_PER_NEURON = 0.000011
NAMES = {
    "flux-2-dev": "@cf/black-forest-labs/flux-2-dev",
    "flux-2-klein-9b": "@cf/black-forest-labs/flux-2-klein-9b",
    "flux-2-klein-4b": "@cf/black-forest-labs/flux-2-klein-4b",
}
PRICES = {"flux-2-dev": 3750.0, "flux-2-klein-9b": 1363.64, "flux-2-klein-4b": 104.2}
DAY = 86_400

Spent = tuple[int, str, str, float]
"""How many days ago, the key's id, the model's short name, neurons."""


def amount(neurons: float) -> dict[str, float]:
    return {"neurons": round(neurons, 2), "usd": round(neurons * USD_PER_NEURON, 6)}


def midnight(days: int = 0) -> int:
    """When the day of so many days ago began in UTC."""
    now = int(dt.datetime.now(dt.UTC).timestamp())
    return (now // DAY - days) * DAY


def a_key(name: str, **changes: Any) -> dict[str, Any]:
    """A key as `GET /v1/keys` tells it, without a limit."""
    identity = f"key_{name.encode().hex()[:24]:0<24}"
    return {
        "id": identity, "object": "api_key", "name": name, "created_at": midnight(20),
        "expires_at": None, "disabled": False, "models": None, "rpm": None,
        "limit_neurons": None, "limit_usd": None, "limit_reset": None, "resets_at": None,
        "spent": amount(0), "spent_today": amount(0), "spent_in_all": amount(0), "remaining": None,
        **changes,
    }  # fmt: skip


def limited(name: str, limit: float, spent: float, reset: str = "daily", **more: Any) -> Any:
    """A key with a budget."""
    return a_key(
        name,
        limit_neurons=limit,
        limit_usd=round(limit * USD_PER_NEURON, 6),
        limit_reset=reset,
        resets_at=midnight(-1 if reset == "daily" else -6),
        spent=amount(spent),
        remaining=amount(max(limit - spent, 0)),
        **more,
    )


def free_today(used: float) -> dict[str, Any]:
    return {
        "neurons_per_day": 10_000,
        "used": amount(used),
        "remaining": amount(max(10_000 - used, 0)),
        "resets_at": midnight(-1),
    }


def owner(used: float = 0) -> dict[str, Any]:
    """What `GET /v1/key` tells the owner."""
    return a_key("owner", id="owner", created_at=None, free_today=free_today(used))


def costs(spending: Sequence[Spent], days: int = 30) -> dict[str, Any]:
    """`GET /v1/organization/costs` by line item and key, on one page."""
    buckets = []
    for ago in reversed(range(days)):
        results = [
            {
                "object": "organization.costs.result",
                "amount": {"currency": "usd", "value": neurons * USD_PER_NEURON},
                "line_item": NAMES[model],
                "api_key_id": key,
                "project_id": None,
            }
            for at, key, model, neurons in spending
            if at == ago
        ]
        start, end = midnight(ago), midnight(ago - 1)
        bucket = {"object": "bucket", "start_time": start, "end_time": end, "results": results}
        buckets.append(bucket)
    return {"object": "page", "data": buckets, "has_more": False, "next_page": None}


FRIENDS = [
    limited("Mia", 10_000, 6_250, models=[NAMES["flux-2-klein-4b"], NAMES["flux-2-klein-9b"]]),
    limited("阿哲", 50_000, 12_272.76, "weekly", rpm=10, expires_at=midnight(-37)),
    a_key("Photo club", spent_today=amount(1041.98), spent_in_all=amount(48_310.7)),
    limited("Workshop in October", 20_000, 20_000, "monthly"),
    limited("Old laptop", 5_000, 0, disabled=True),
]
"""Five keys, in every state but one."""


def a_month() -> list[Spent]:
    """What the owner and they spent, the same each time."""
    chance = random.Random(7)
    spenders = ["owner", *(key["id"] for key in FRIENDS[:4])]
    return [
        (ago, key, model, chance.randint(1, most) * PRICES[model])
        for ago in range(30)
        for key in spenders
        for model, most in (("flux-2-dev", 1), ("flux-2-klein-9b", 2), ("flux-2-klein-4b", 12))
        if chance.random() < (0.12 if model == "flux-2-dev" else 0.3)
    ]


def pretend(
    page: Page, account: dict[str, Any], keys: Sequence[Any], spent: Sequence[Spent]
) -> None:
    """From now on the API tells this of keys and costs."""
    listed = {"object": "list", "data": [*keys], "first_id": None, "last_id": None}
    page.route("**/v1/key", lambda route: route.fulfill(json=account))
    page.route("**/v1/keys", lambda route: route.fulfill(json={**listed, "has_more": False}))
    page.route("**/v1/organization/costs?*", lambda route: route.fulfill(json=costs(spent)))
