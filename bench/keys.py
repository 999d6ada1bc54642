"""What a caller's key costs a request beside the owner's, and what the ledger costs the owner: each
asks the same of the same Worker, in turn, and what is done behind an answer counts; the database
itself does not, which has a process of its own."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bench.cases import KEY, OURS, Case, get, post, text
from bench.client import Client, WrongAnswer
from bench.processes import workers
from bench.rounds import WARM_UP, Result, Sample, Subject
from bench.runtimes import Runtime

CASE = "a caller's key"
OWNER, UNWRITTEN = "owner", "owner, no database"
CALLER, RULED = "caller", "caller, every rule"
ROUNDS = 40
_CASE = Case("small text request", text(), batch=30, waits=True)
_BARE = replace(_CASE, unbound=("DB",))
_RULES: Mapping[str, Mapping[str, object]] = {
    CALLER: {"limit_neurons": 1e9, "limit_reset": "daily"},
    RULED: {
        "limit_neurons": 1e9,
        "limit_reset": "monthly",
        "models": ["flux-2-dev", "flux-2-klein-4b", "flux-2-klein-9b"],
        "rpm": 100_000,
        "expires_at": 2**32,
    },
}
"""None of which is ever reached."""
_DAY = 86_400


def measure(runtime: Runtime, url: str, rounds: int = ROUNDS) -> Result:
    """With the same process for all; all but one have the same isolate of it."""
    with workers(runtime, url, [_CASE, _BARE], [OURS]) as started:
        usage, (port, bare_port) = started[OURS]
        made = {name: _make_key(port, name) for name in _RULES}
        keys = {OWNER: KEY} | {name: key["key"] for name, key in made.items()}
        cases = {name: (replace(_CASE, request=text(key)), port) for name, key in keys.items()}
        cases[UNWRITTEN] = _BARE, bare_port
        for case, its_port in cases.values():
            Subject(replace(case, batch=WARM_UP.batch), usage, its_port).sample()
        subjects = {name: Subject(case, usage, its) for name, (case, its) in cases.items()}
        samples = _take_turns(subjects, rounds)
        asked = WARM_UP.batch + (rounds + 1) * _CASE.batch
        ids = [OWNER, *(key["id"] for key in made.values())]
        _check_written(port, Counter(dict.fromkeys(ids, asked)))
        return Result(CASE, samples)


def _take_turns(subjects: Mapping[str, Subject], rounds: int) -> Mapping[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {name: [] for name in subjects}
    for _ in range(rounds + 1):
        for name, subject in subjects.items():
            samples[name].append(subject.sample())
    return {name: each[1:] for name, each in samples.items()}  # the first one is a warm-up


def _make_key(port: int, name: str) -> Mapping[str, Any]:
    body = json.dumps({"name": name, **_RULES[name]}).encode()
    return _ask(port, post("/v1/keys", "application/json", body))


def _check_written(port: int, asked: Counter[str]) -> None:
    """Or what was measured is not all that a request costs."""
    begin = int(time.time()) - _DAY
    path = f"/v1/organization/usage/images?start_time={begin}&group_by=api_key_id"
    written: Counter[str] = Counter()
    for bucket in _ask(port, get(path))["data"]:
        for sums in bucket["results"]:
            written[sums["api_key_id"]] += sums["num_model_requests"]
    if written != asked:
        raise WrongAnswer(f"the ledger has {written} instead of {asked}")


def _ask(port: int, request: bytes) -> Any:
    client = Client(port, keeps=True)
    client.connect()
    answer = client.ask(request)
    client.close()
    if answer.status != 200:
        raise WrongAnswer(str(answer))
    return json.loads(answer.body)
