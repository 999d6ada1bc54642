"""What each target of the Makefile installs, beside what others have installed."""

import sys
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from tools import setup

Installs = Callable[..., list[tuple[str, ...]]]


@pytest.fixture
def installs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installs:
    """Sets up these, in a folder of its own, by steps that only say what they are to bring."""
    done: list[tuple[str, ...]] = []

    def step(name: str) -> setup.Step:
        def run(parts: Collection[str]) -> None:
            done.append((name, *parts))
            (tmp_path / name).touch()

        return setup.Step(name, (f"{name}.lock",), tmp_path / name, run)

    def prepare(*sets: str) -> list[tuple[str, ...]]:
        done.clear()
        setup.prepare(*sets)
        return list(done)

    names = [real.name for real in setup.STEPS]
    for name in names:
        (tmp_path / f"{name}.lock").touch()
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "TOOLS", tmp_path / ".tools")
    monkeypatch.setattr(setup, "STEPS", tuple(map(step, names)))
    return prepare


def test_dev_brings_no_test_tools(installs: Installs) -> None:
    """Neither of Python nor of npm."""
    assert installs("dev") == [
        ("uv",),
        ("Python packages", "run"),
        ("npm packages", "runtime"),
        ("WebAssembly wheels",),
    ]


def test_unit_needs_no_node(installs: Installs) -> None:
    """Nor the Worker's packages in WebAssembly."""
    assert installs("unit") == [("uv",), ("Python packages", "unit")]


def test_deploying_needs_uv_alone(installs: Installs) -> None:
    """On Cloudflare's machines, which bring the rest."""
    assert installs("uv") == [("uv",)]


def test_programs_bring_what_their_tests_run(installs: Installs) -> None:
    """Programs of other people, beside what the Worker and the tests themselves need."""
    assert installs("programs") == [
        ("uv",),
        ("Python packages", "test"),
        ("npm packages", "runtime"),
        ("WebAssembly wheels",),
        ("litellm's proxy",),
        ("Open WebUI",),
    ]


@pytest.mark.parametrize("name", setup.SETS)
def test_second_run_does_nothing(installs: Installs, name: str) -> None:
    """So it needs no network."""
    assert installs(name)
    assert installs(name) == []


def test_what_others_installed_stays(installs: Installs) -> None:
    """A set adds to it, and is then there for good, whichever target comes next."""
    installs("dev")
    assert installs("test") == [
        ("Python packages", "run", "test"),
        ("npm packages", "development", "runtime"),
        ("litellm's proxy",),
        ("Open WebUI",),
        ("MCP's first client",),
    ]
    assert installs("dev") == []
    assert installs("unit") == [("Python packages", "run", "test", "unit")]
    assert installs("dev", "test", "unit") == []


def test_changed_lock_brings_all_that_was_there_anew(installs: Installs, tmp_path: Path) -> None:
    """Also what the target at hand does not need; other steps are left alone."""
    installs("dev", "lint")
    (tmp_path / "Python packages.lock").write_text("changed")
    assert installs("dev") == [("Python packages", "lint", "run")]


def test_removed_folder_is_filled_with_what_is_needed(installs: Installs, tmp_path: Path) -> None:
    """Whoever removes .venv wants to be rid of it."""
    installs("test")
    (tmp_path / "Python packages").unlink()
    assert installs("dev") == [("Python packages", "run")]


def test_unknown_set_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """With those that there are."""
    monkeypatch.setattr(sys, "argv", ["setup.py", "tset"])
    with pytest.raises(SystemExit) as end:
        setup.main()
    sets = ", ".join(setup.SETS)
    assert end.value.code == f"setup: there is no set called tset, only {sets}"


@pytest.mark.parametrize("name", setup.OF_THEIR_OWN)
def test_environment_of_its_own_is_made_from_its_own_lock(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside .venv, whose packages have nothing to do with it; a changed lock makes it anew."""
    folder = Path(setup.OF_THEIR_OWN[name])
    (step,) = [step for step in setup.STEPS if step.name == name]
    assert step.inputs == (f"{folder}/uv.lock",)
    assert (setup.ROOT / folder / "pyproject.toml").exists()
    assert step.output == setup.TOOLS / folder.name
    called: list[tuple[tuple[object, ...], dict[str, str]]] = []
    monkeypatch.setattr(
        setup, "_call", lambda _, *command, **variables: called.append((command, variables))
    )
    step.run(())
    ((command, variables),) = called
    assert ("--frozen" in command, str(folder) in command) == (True, True)
    assert variables == {"UV_PROJECT_ENVIRONMENT": str(step.output)}


def test_environments_of_their_own_are_in_different_folders() -> None:
    """They are called as the folders of their locks are."""
    names = [Path(folder).name for folder in setup.OF_THEIR_OWN.values()]
    assert len({*names}) == len(names)
