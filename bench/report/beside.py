"""Our Worker in workerd, and litellm's proxy."""

from collections.abc import Sequence

from bench.cases import OURS
from bench.figures import ratio, spread, table
from bench.report.records import Beside
from bench.report.workers import MB
from bench.rival import RIVAL


def tell_beside(found: Beside) -> str:
    return f"""
## Beside litellm's proxy

The same small text request, one worker each: ours in workerd, which asks Cloudflare's endpoint, and
litellm's proxy, which asks an endpoint of OpenAI's shape; both endpoints are the same program, and
send the same image. Added latency is a request's median, less that of asking the endpoint directly;
memory is resident, of the process alone. litellm {found.machine["litellm"]} runs with its defaults
and a master key, without a database; ours writes its ledger into one.

{_tell_table(found)}"""


def _tell_table(found: Beside) -> str:
    ours, theirs = found.proxies[OURS], found.proxies[RIVAL]

    def row(text: str, a: Sequence[float], b: Sequence[float], scale: float) -> list[str]:
        shown = [f"{spread([value * scale for value in values]):.1f}" for values in (a, b)]
        return [text, *shown, f"{ratio(a, b):.2f}"]

    rows = [
        row("added latency, ms", ours.added, theirs.added, 1e3),
        *(
            row(f"requests a second, {count} in flight", ours.rates[count], theirs.rates[count], 1)
            for count in ours.rates
        ),
        row("CPU for each request, ms", ours.cpu, theirs.cpu, 1e3),
        *(
            row(f"memory {when}, MB", [ours.resident[when]], [theirs.resident[when]], MB)
            for when in ours.resident
        ),
    ]
    return table(["", OURS, RIVAL, "ours / litellm's"], rows)
