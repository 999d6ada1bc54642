"""What the documents say: complete, true to the source, and the same in both languages."""

import itertools
import json
import re
import tomllib
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from flux2 import app, catalog, errors, json_images, json_text, settings
from flux2.batches import checking, files, workflow
from flux2.days import DAY
from flux2.generation import holding
from flux2.mcp import batch_results, batch_tools
from flux2.request import (
    batch_fields,
    bodies,
    fields,
    key_fields,
    owner_fields,
    parts,
    references,
    urlencoded,
)
from flux2.request.chat import body as chat
from flux2.usage import pruning
from tests.docs.documents import ALL, CHINESE, ENGLISH, LANGUAGES, Document, Language
from tests.messages import is_said, list_texts
from tools import ROOT

EACH = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
BOTH = pytest.mark.parametrize("name", ENGLISH.documents)
WORDS = ("prompt", "scene", "description", "lighting", "content")
"""What a snippet says to FLUX.2, in the reader's language."""


# Both languages


def _without_words(code: str) -> str:
    code = re.sub(r"(?m)^\s*(?:#|//) .*\n", "", code)
    code = re.sub(rf'("?\b(?:{"|".join(WORDS)})"?\s*[:=]\s*)"[^"]*"', r'\1"…"', code)
    return re.sub(r'"prompt=[^"]*"', '"prompt=…"', code)


def _pair(name: str) -> tuple[Document, Document]:
    return ENGLISH.documents[name], CHINESE.documents[name]


def test_documents_are_there_in_both_languages() -> None:
    """Under the same names."""
    assert [*ENGLISH.documents] == [*CHINESE.documents]


@BOTH
def test_snippets_are_the_same(name: str) -> None:
    """But for prompts and comments, which are for people."""
    english, chinese = (
        [(snippet.language, _without_words(snippet.code)) for snippet in document.snippets]
        for document in _pair(name)
    )
    assert english == chinese


@BOTH
def test_headings_have_the_same_structure(name: str) -> None:
    """So that neither language lacks a section."""
    english, chinese = ([level for level, _ in each.headings] for each in _pair(name))
    assert english == chinese


@BOTH
def test_tables_have_the_same_rows(name: str) -> None:
    """As many of as many cells, and in each row the same code and the same numbers."""
    english, chinese = _pair(name)
    for ours, theirs in zip(english.tables, chinese.tables, strict=True):
        assert [len(row) for row in ours] == [len(row) for row in theirs]
        assert [_codes(row) for row in ours] == [_codes(row) for row in theirs]


def _codes(row: Sequence[str]) -> list[str]:
    return sorted(re.findall(r"`[^`]+`", " ".join(row)))


@BOTH
def test_sections_have_as_many_paragraphs(name: str) -> None:
    """A paragraph or an item of a list that one language lacks shows here."""
    english, chinese = map(_paragraphs, _pair(name))
    assert english == chinese


def _paragraphs(document: Document) -> list[tuple[int, int]]:
    """Of each section: blocks with blank lines between them, and items of lists."""
    return [
        (len(section.split("\n\n")), len(re.findall(r"^(?:-|\d+\.) ", section, re.MULTILINE)))
        for section in re.split(r"^#+ .*\n+", document.prose, flags=re.MULTILINE)
    ]


@BOTH
def test_document_links_its_other_language_at_the_top(name: str) -> None:
    """Who reads the other language finds it at once."""
    for one, other in itertools.permutations(_pair(name)):
        targets = [one.path.parent / link for link in re.findall(r"\]\(([^)]+)\)", one.text[:200])]
        assert other.path.resolve() in [target.resolve() for target in targets]


@BOTH
def test_chinese_is_traditional(name: str) -> None:
    """Every character is one of Taiwan's."""
    "".join(re.findall("[\u4e00-\u9fff]", CHINESE.documents[name].text)).encode("big5")


@EACH
def test_readme_is_short(language: Language) -> None:
    """What is longer than a screen stands in docs/; and from here leads a link to each of it."""
    assert language.readme.text.count("\n") < 180
    linked = {Path(link.partition("#")[0]).name for link in language.readme.links}
    assert {f"{name}.md" for name in language.documents} - {"README.md"} - linked == set()


# True to the source


def _variables() -> set[str]:
    """Those that `Settings.read` looks at, of all words that might be one."""
    source = (ROOT / "src/flux2/settings.py").read_text()
    names = {name.strip("_") for name in re.findall("[A-Z][A-Z_]+", source)}
    names |= {f"{name}_{number}" for name in names for number in (1, 10)}
    asked: set[str] = set()
    settings.Settings.read(names, asked.add)  # type: ignore[arg-type]
    # The last is no setting: `make dev` says with it that a painter stands in for Cloudflare.
    return asked - {"CF_ACCOUNT_ID_10", "DEMO_PAINTER"}


def _bindings() -> set[str]:
    config = tomllib.loads((ROOT / "wrangler.toml").read_text())
    limits = {each["name"] for each in config["ratelimits"]}
    kept = [*config["kv_namespaces"], *config["d1_databases"], *config["workflows"]]
    return {config["images"]["binding"], *(each["binding"] for each in kept), *limits}


def _endpoints() -> set[str]:
    paths = {route: route.path.rstrip("*").replace("*", "{id}") for route in app.ROUTES}
    return {f"{route.method} {path}" for route, path in paths.items()}


NAMED = [
    *(kind.code for kind in errors.list_errors()),
    *_variables(),
    *_bindings(),
    *fields.NAMES,
    *key_fields.KeyFields.model_fields,
]


@EACH
@pytest.mark.parametrize("name", sorted(NAMED))
def test_name_is_mentioned(language: Language, name: str) -> None:
    """Every error, variable, binding and field, those of a key as well."""
    assert re.search(rf"`{name}`", language.prose), f"{name} is nowhere"


@EACH
@pytest.mark.parametrize("endpoint", sorted(_endpoints()))
def test_endpoint_is_mentioned(language: Language, endpoint: str) -> None:
    """In the table of endpoints, with its method."""
    assert f"`{endpoint}" in language.prose


@EACH
def test_limits_are_those_of_the_source(language: Language) -> None:
    """Each number beside what it limits."""
    numbers = [
        f"| {bodies.MOST_BYTES // 10**6} MB |",
        f"| {references.MOST_BYTES // 2**20} MB",
        f"{references.MOST_PIXELS // 10**6} megapixels",
        f"{references.OTHERS_LONGEST_SIDE:,}",
        f"{references.LONGEST_SIDE['webp']:,}",
        f"{fields.LONGEST_PROMPT:,}",
        f"| {json_text.MOST_LEVELS} ",
        f"{parts.MOST_PARTS:,} ",
        f"{json_text.MOST_VALUES:,} ",
        f" {json_images.MOST_TEXT // 1024} KB",
        f" {chat.RULES.most_values:,} ",
        f" {chat.RULES.most_text // 2**20} MB",
        f" {urlencoded.MOST_BYTES // 2**20} MB",
        f"| {checking.MOST_LINES:,} ",
        f" {files.MOST_BYTES // 10**6} MB",
        f" {batch_fields.INLINE.most_text // 2**20} MB",
        f"{workflow.MOST_AT_ONCE} ",
        f" {batch_tools.MOST_PROMPTS} ",
        f" {batch_results.MOST_IMAGES} ",
        f" {batch_fields.OUTPUT_KEPT_FOR // DAY} ",
        *(f"`{window}`" for window in batch_fields.SECONDS),
        f" {holding.MOST_CALLS} ",
        f" {holding.MOST_HELD // 2**20} MB",
        f"{catalog.SMALLEST_SIDE} ",
        f" {catalog.LARGEST_SIDE} ",
        f" {fields.LARGEST_SEED} ",
        f"{settings.DEFAULT_UPSTREAM_TIMEOUT:g}",
        f" {settings.SHORTEST_CACHE_TTL}",
        f" {owner_fields.LONGEST_NAME} ",
        f" {key_fields.MOST_RPM:,}",
        f" {pruning.KEPT_DAYS} ",
    ]
    assert [number for number in numbers if number not in language.prose] == []
    what = {row[0].strip("`"): row[1] for table in language.tables for row in table}
    for limit in tomllib.loads((ROOT / "wrangler.toml").read_text())["ratelimits"]:
        assert f" {limit['simple']['limit']} " in what[limit["name"]]


def test_security_tells_how_long_links_live() -> None:
    """Wherever it says so: those of a chat live longer."""
    text = (ROOT / "SECURITY.md").read_text()
    said = [part for part in re.split(r"\n(?=\n|- |\|)", text) if "link" in part and "hour" in part]
    assert said
    assert [part for part in said if "a day" not in part] == []


def _error_rows(language: Language) -> Sequence[Sequence[str]]:
    """Of the table that tells what to do about an error."""
    (table,) = (table for table in language.tables if "`invalid_api_key`" in table[1][0])
    return table[1:]


@EACH
def test_errors_are_those_of_the_tree(language: Language) -> None:
    """Each that a caller may get has a row, with its status; and no row has another."""
    told = {f"{kind.status} `{kind.code}`" for kind in errors.list_errors() if kind.is_told}
    assert {row[0] for row in _error_rows(language)} == told


@EACH
def test_error_is_shown_as_it_comes(language: Language) -> None:
    """The document in the section of errors has a type and a code that belong together."""
    shown = [s.code for s in language.snippets if s.language == "json" and '"error":' in s.code]
    kinds = {(kind.type, kind.code) for kind in errors.list_errors() if kind.is_told}
    for error in [json.loads(code)["error"] for code in shown]:
        assert (error["type"], error["code"]) in kinds
        assert is_said(error["message"])
    assert len(shown) == 1


@EACH
def test_messages_are_real_ones(language: Language) -> None:
    """Each message of the table of errors is one of the source, but for what is filled in."""
    for row in _error_rows(language):
        for message in re.findall(r"`([^`]+)`", row[1]):
            words = [re.escape(part) for part in message.split("…")]
            pattern = re.compile(".*".join(words), re.DOTALL)
            assert any(map(pattern.search, list_texts())), message


@EACH
def test_costs_are_those_of_the_catalog(language: Language) -> None:
    """Neurons, dollars, and how many the free allocation gives."""
    heads = [size for size in language.tables if "512x512" in size[0]]
    costs, counts = ({row[0].strip("`"): row[1:] for row in table[1:]} for table in heads)
    sizes = heads[1][0][1:]
    assert list(costs) == list(counts) == [m.name for m in catalog.MODELS]
    for model in catalog.MODELS:
        name = model.name
        steps = model.fixed_steps or fields.DEFAULT_STEPS
        sides = [tuple(map(int, size.split("x"))) for size in sizes]
        neurons = [model.neurons(width, height, steps, 0) for width, height in sides]
        free = [int(catalog.FREE_NEURONS_PER_DAY // each) for each in neurons]
        assert counts[name] == [f"{each:,}" for each in free]
        if model.name in ("flux-2-dev", "flux-2-klein-4b"):
            assert f"**{free[1]}" in language.readme.prose.partition("\n## ")[0]
        reference = model.neurons(512, 512, steps, 1) - model.neurons(512, 512, steps, 0)
        assert costs[name] == [_price(each) for each in (*neurons, reference)]
    assert f"{catalog.FREE_NEURONS_PER_DAY:,}" in language.prose
    assert f"${catalog.USD_PER_NEURON * 1000:g}" in language.prose


def _price(neurons: float) -> str:
    usd = Decimal(str(catalog.to_usd(neurons))).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return f"{catalog.round_neurons(neurons):,} (${usd})"


# Links


@pytest.mark.parametrize("document", ALL.values(), ids=ALL)
def test_links_lead_somewhere(document: Document) -> None:
    """Every file, picture and heading that is linked exists."""
    for link in document.links:
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        target = Document(document.path.parent / name) if name else document
        assert target.path.exists(), link
        assert not anchor or anchor in target.anchors, link
