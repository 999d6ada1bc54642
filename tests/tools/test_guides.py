"""The guides as a deployment serves them: every link leads somewhere, and nothing is missing."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from tools import ROOT, guides, repository

DOCUMENTS = repository.write_documents()
PAGES = {
    path.removeprefix("assets").removesuffix(".html"): text
    for path, text in guides.write_pages(DOCUMENTS).items()
}
"""By the address under which each is served."""
EACH = pytest.mark.parametrize("address", PAGES)


class Reader(HTMLParser):
    """What a browser would find."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.names.add(found.get("id") or "")
        if tag == "a":
            self.links.append(unquote(found["href"] or ""))
        assert not {"style", "onclick"} & {*found}

    def handle_data(self, data: str) -> None:
        self.text += data


READ = {address: Reader(text) for address, text in PAGES.items()}


@EACH
def test_links_lead_somewhere(address: str) -> None:
    """To another guide and a heading that it has, to a page of ours, or to the repository."""
    for link in READ[address].links:
        path, _, anchor = link.partition("#")
        if path.startswith(f"{repository.find()}/blob/main/"):
            document = path.partition("/blob/main/")[2]
            assert (ROOT / document).exists(), link
            assert not document.startswith("docs/"), "what is served here is not linked there"
        elif path not in ("/", "/docs") and "://" not in path:
            assert (path or address) in READ, link
            assert not anchor or anchor in READ[path or address].names, link


@EACH
def test_page_needs_nothing_but_its_style(address: str) -> None:
    """As the policy for content allows; no Markdown and no tags are left as text."""
    read = READ[address]
    assert not {"script", "style", "iframe"} & read.tags
    assert re.findall(r'src="([^"]+)"', PAGES[address]) == ["/favicon.svg"]
    assert not re.search(r"</?[a-z]+[^>]*>|\]\(", re.sub(r'"[^"]*"', "", read.text)), address


@EACH
def test_page_has_the_words_of_its_document(address: str) -> None:
    """All headings, and as many rows of tables and examples."""
    text = DOCUMENTS[f"{address.removeprefix('/')}.md"]
    page = PAGES[address]
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert page.count("<h2") == len(re.findall(r"^## ", outside, re.MULTILINE))
    assert page.count("<pre>") == len(re.findall(r"^```\w", text, re.MULTILINE))
    rules = len(re.findall(r"^\|(?:-+:?\|)+$", outside, re.MULTILINE))
    assert page.count("<tr>") == len(re.findall(r"^\|", outside, re.MULTILINE)) - rules


@EACH
def test_every_guide_is_listed_and_this_one_is_marked(address: str) -> None:
    """In the language of the page, once folded for a phone and once open."""
    ours = [each for each in PAGES if ("/zh-TW/" in each) is ("/zh-TW/" in address)]
    for guide in ours:
        assert READ[address].links.count(guide) >= 2
    assert PAGES[address].count(f'href="{address}" aria-current="page"') == 2


def test_guide_that_is_not_listed_is_told() -> None:
    """By its name, instead of being left out."""
    with pytest.raises(SystemExit, match=r"docs/ and GUIDES in tools/guides\.py differ: new"):
        guides.write_pages({**DOCUMENTS, "docs/new.md": "# New\n"})
