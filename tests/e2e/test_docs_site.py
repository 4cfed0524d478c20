"""The documents as a site: built strictly, whole without a network."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What a browser would fetch by itself; a link that a person follows is no such thing.
FETCHED = re.compile(
    r'<(?:script|img|iframe|source|link)\b[^>]*?\b(?:src|href)="((?:https?:)?//[^"]*)"'
    r"|url\(\s*['\"]?((?:https?:)?//[^)'\"]*)"
    r"|@import\s+['\"]?((?:https?:)?//[^'\"]*)"
)


def build(source: Path, site: Path) -> subprocess.CompletedProcess[str]:
    strictly = ["--quiet", "--fail-on-warning", "--keep-going", "-c", str(source / "docs")]
    command = [sys.executable, "-m", "sphinx", *strictly, str(source), str(site)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    built = build(ROOT, folder)
    assert (built.returncode, built.stderr) == (0, "")
    return folder


def test_every_document_is_a_page(site):
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    documents += ROOT.glob("embeddings/bundles/*/MODEL_CARD.md")

    pages = {page.relative_to(site).as_posix() for page in site.rglob("*.html")}

    assert len(documents) > 70
    expected = {each.relative_to(ROOT).with_suffix(".html").as_posix() for each in documents}
    assert expected <= pages


def test_no_page_fetches_anything_from_elsewhere(site):
    files = [each for each in site.rglob("*") if each.suffix in {".html", ".css", ".js"}]

    fetched = {
        "".join(match)
        for each in files
        for match in FETCHED.findall(each.read_text(encoding="utf-8"))
    }

    assert len(files) > 70
    assert fetched == set()


@pytest.mark.browser
def test_a_search_of_the_files_on_a_disk_finds_a_setting(site, browser):
    page = browser.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(f"{site.as_uri()}/search.html?q=LOOKALIKE_TRUSTED_PROXY")
    page.locator("ul.search a", has_text="Behind a web server").click()

    assert page.url.startswith(f"{site.as_uri()}/docs/proxy.html")
    assert [address for address in requests if not address.startswith("file:")] == []
    page.close()


def test_links_that_lead_nowhere_fail_the_build(tmp_path):
    source = tmp_path / "source"
    (source / "docs" / "site").mkdir(parents=True)
    (source / "docs" / "conf.py").write_bytes((ROOT / "docs" / "conf.py").read_bytes())
    (source / "docs" / "index.md").write_text(
        "# Start\n\n[](gone-page.md) [](index.md#gone-here) [](other.md#gone-there)\n\n"
        "![picture](gone-picture.png)\n\n```{toctree}\nother\n```\n"
    )
    (source / "docs" / "other.md").write_text("# Other\n")
    (source / "docs" / "unlisted.md").write_text("# In no list\n")

    built = build(source, tmp_path / "site")

    assert built.returncode != 0
    for complaint in ("gone-page", "gone-here", "gone-there", "gone-picture.png", "unlisted"):
        assert complaint in built.stderr
