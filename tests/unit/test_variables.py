"""What `make dev` tells the Worker."""

from pathlib import Path

import pytest

from dev import variables

ACCOUNT = f"4ea1{0:028}"


@pytest.fixture
def dev_vars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is read in place of the project's own."""
    monkeypatch.setattr(variables, "ROOT", tmp_path)
    return tmp_path / ".dev.vars"


def test_demo_has_the_emulators_account_and_no_other() -> None:
    """And says that it is one; what else stands in .dev.vars stays."""
    own = {"CACHE_TTL": "60", "CF_API_TOKEN_2": "real", "CF_ACCOUNT_ID": ACCOUNT, "ACCOUNT_10": "x"}
    assert variables.for_demo(own, "http://127.0.0.1:1") == {
        "CACHE_TTL": "60",
        "CF_API_TOKEN": variables.DEMO_TOKEN,
        "ACCOUNT": variables.DEMO_ACCOUNT,
        "CF_API_BASE_URL": "http://127.0.0.1:1/client/v4",
        "DEMO_PAINTER": "1",
    }


def test_demo_account_has_the_shape_of_one() -> None:
    """Of 32 hexadecimal digits, since the Worker checks that."""
    assert len(variables.DEMO_ACCOUNT) == 32
    assert int(variables.DEMO_ACCOUNT, 16)


def test_dev_vars_cannot_say_that_cloudflare_is_the_demo(dev_vars: Path) -> None:
    """Only `make dev` knows; variables without a value are none."""
    dev_vars.write_text(f"ACCOUNT={ACCOUNT}\nCF_API_TOKEN=t$x\nCACHE_TTL=\nDEMO_PAINTER=1\n")
    found = variables.read_dev_vars()
    assert found == {"ACCOUNT": ACCOUNT, "CF_API_TOKEN": "t$x"}
    assert variables.missing(found) == ""


@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({}, "no CF_API_TOKEN and no ACCOUNT"),
        ({"ACCOUNT": ACCOUNT}, "no CF_API_TOKEN"),
        ({"CF_API_TOKEN_3": "t"}, "no ACCOUNT_3"),
    ],
)
def test_what_an_account_lacks_is_named(given: dict[str, str], lacks: str) -> None:
    """So that nobody wonders why the demo draws."""
    assert variables.missing(given) == f".dev.vars has {lacks} (see .dev.vars.example)."
