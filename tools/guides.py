"""The guides in docs/, as a deployment serves them: plain HTML at `/docs/keys` and so on.

`make generate` writes them, so that deploying needs no packages for it.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools import ROOT, repository

GUIDES: Mapping[str, Sequence[str]] = {
    "call": ("page", "prompts", "programs", "api", "chat", "agents", "batches"),
    "run": ("deploy", "settings", "keys", "costs", "troubleshooting"),
}
"""In the order in which they are listed: for those who make images, for those who run it."""


@dataclass(frozen=True)
class Language:
    code: str
    """As `lang` has it."""
    folder: str
    """Below docs/, with a slash at its end, or nothing."""
    name: str
    words: Mapping[str, str]

    def address(self, guide: str) -> str:
        return f"/docs/{self.folder}{guide}"


ENGLISH = Language(
    "en",
    "",
    "English",
    {
        "call": "Make images",
        "run": "Run it",
        "guides": "Guides",
        "reference": "API reference",
        "skip": "Skip to the text",
        "about": "A guide to FLUX.2 on Workers AI",
    },
)
CHINESE = Language(
    "zh-Hant-TW",
    "zh-TW/",
    "繁體中文",
    {
        "call": "產生圖片",
        "run": "管理部署",
        "guides": "文件",
        "reference": "API 規格",
        "skip": "跳到內文",
        "about": "Workers AI 上的 FLUX.2 使用說明",
    },
)
LANGUAGES = (ENGLISH, CHINESE)
_HEADER = re.compile(r"\[README\]\([^\n]+\n\n")
"""The line below the title that leads to the README and to the other language."""


@dataclass(frozen=True)
class Guide:
    name: str
    language: Language
    text: str

    @property
    def folder(self) -> Path:
        return ROOT / "docs" / self.language.folder

    @cached_property
    def tokens(self) -> Sequence[Token]:
        return _MARKDOWN.parse(_HEADER.sub("", self.text, count=1))

    @cached_property
    def title(self) -> str:
        return self.tokens[1].content


def write_pages(documents: Mapping[str, str]) -> Mapping[str, str]:
    """Each page by its path in the project; `documents` has the Markdown by its own."""
    pages = {}
    for language in LANGUAGES:
        guides = _read(documents, language)
        for name in sorted(guides):
            pages[f"assets{language.address(name)}.html"] = _write_page(guides[name], guides)
    return pages


Guides = Mapping[str, Guide]


def _read(documents: Mapping[str, str], language: Language) -> Guides:
    """All of a language, in the order of GUIDES."""
    folder = f"docs/{language.folder}"
    listed = [name for names in GUIDES.values() for name in names]
    found = {
        path.removeprefix(folder).removesuffix(".md")
        for path in documents
        if f"{Path(path).parent}/" == folder
    }
    if different := ", ".join(sorted(found ^ {*listed})):
        raise SystemExit(f"{folder} and GUIDES in tools/guides.py differ: {different}")
    return {name: Guide(name, language, documents[f"{folder}{name}.md"]) for name in listed}


def _write_page(guide: Guide, guides: Guides) -> str:
    words = guide.language.words
    article = _MARKDOWN.renderer.render([*_adapt(guide)], _MARKDOWN.options, {})
    return f"""\
<!doctype html>
<html lang="{guide.language.code}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="description" content="{html.escape(f"{words['about']}: {guide.title}")}">
  <title>{html.escape(guide.title)} · FLUX.2 on Workers AI</title>
  <link rel="icon" href="/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/docs/guides.css">
</head>
<body>
  <a class="skip" href="#text">{words["skip"]}</a>
  <header class="top">
    <img src="/favicon.svg" alt="" width="28" height="28">
    <a class="title" href="/">FLUX.2 <span>on Workers AI</span></a>
    {_write_other_language(guide)}
  </header>
  <div class="columns">
    <nav aria-label="{words["guides"]}">
      {_write_list(guide, guides)}
    </nav>
    <main id="text" tabindex="-1">
{article}    </main>
  </div>
</body>
</html>
"""


def _write_other_language(guide: Guide) -> str:
    (other,) = (each for each in LANGUAGES if each is not guide.language)
    code, address = other.code, other.address(guide.name)
    return f'<a href="{address}" lang="{code}" hreflang="{code}">{other.name}</a>'


def _write_list(guide: Guide, guides: Guides) -> str:
    """On a phone it is folded; without a script, so it is there twice, and one is not shown."""
    links = "\n      ".join(_write_groups(guide, guides))
    summary = guide.language.words["guides"]
    return (
        f"<details><summary>{summary}: {html.escape(guide.title)}</summary>\n      {links}\n"
        f'      </details>\n      <div class="open">\n      {links}\n      </div>'
    )


def _write_groups(guide: Guide, guides: Guides) -> Iterator[str]:
    language = guide.language
    for group, names in GUIDES.items():
        yield f"<p>{language.words[group]}</p>"
        yield "<ul>"
        for name in names:
            here = ' aria-current="page"' if name == guide.name else ""
            title = html.escape(guides[name].title)
            yield f'  <li><a href="{language.address(name)}"{here}>{title}</a></li>'
        if group == "call":
            yield f'  <li><a href="/docs">{language.words["reference"]}</a></li>'
        yield "</ul>"


# What Markdown means here


def _adapt(guide: Guide) -> Iterator[Token]:
    """Headings have the names that links give them, links lead to where it is served, tables scroll
    by themselves, and no picture is there: those of docs/ are not deployed."""
    for token, following in zip(guide.tokens, [*guide.tokens[1:], None], strict=True):
        if token.type == "heading_open" and following:
            token.attrSet("id", find_anchor(following.content))
        if token.type == "table_open":
            yield _block('<div class="wide" tabindex="0">')
        if token.type == "inline":
            token.children = [*_adapt_inline(token.children or [], guide)]
        yield token
        if token.type == "table_close":
            yield _block("</div>")


def _block(content: str) -> Token:
    return Token("html_block", "", 0, content=f"{content}\n")


def _adapt_inline(tokens: Sequence[Token], guide: Guide) -> Iterator[Token]:
    for token in tokens:
        if token.type == "link_open":
            token.attrSet("href", _lead(str(token.attrs["href"]), guide))
        if token.type == "image":
            yield Token("text", "", 0, content=token.content)
        elif token.type != "html_inline" or token.content == "<br>":
            yield token


def _lead(link: str, guide: Guide) -> str:
    """Where a link of a guide leads once it is served."""
    if "://" in link or link.startswith("#"):
        return link
    name, mark, anchor = link.partition("#")
    target = (guide.folder / name).resolve().relative_to(ROOT)
    for language in LANGUAGES:
        if target.suffix == ".md" and target.parent == Path("docs", language.folder):
            return f"{language.address(target.stem)}{mark}{anchor}"
    return f"{repository.find()}/blob/main/{target.as_posix()}{mark}{anchor}"


def find_anchor(words: str) -> str:
    """The name of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")


_MARKDOWN = MarkdownIt("commonmark").enable("table")
