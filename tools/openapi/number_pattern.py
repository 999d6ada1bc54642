"""A regular expression for a range of numbers: JSON Schema has no other rule inside a string."""


def write_pattern(low: int, high: int) -> str:
    """Matches the positive numbers from `low` to `high`, without leading zeros."""
    lengths = range(len(str(low)), len(str(high)) + 1)
    spans = [
        (str(max(low, 10 ** (length - 1))), str(min(high, 10**length - 1))) for length in lengths
    ]
    return f"({'|'.join(_write_span(first, last) for first, last in spans)})"


def _write_span(first: str, last: str) -> str:
    """Both have the same number of digits."""
    if not first:
        return ""
    if first[0] == last[0]:
        return first[0] + _write_span(first[1:], last[1:])
    lowest, highest, rest = int(first[0]), int(last[0]), len(first) - 1
    branches = []
    if first[1:].strip("0"):
        branches.append(f"{lowest}{_write_span(first[1:], '9' * rest)}")
        lowest += 1
    if last[1:].strip("9"):
        branches.append(f"{highest}{_write_span('0' * rest, last[1:])}")
        highest -= 1
    if lowest <= highest:
        branches.append(f"[{lowest}-{highest}]{'[0-9]' * rest}")
    return branches[0] if len(branches) == 1 else f"({'|'.join(branches)})"
