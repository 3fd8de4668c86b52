"""The pages that people wrote: the guides, the specification, the published examples."""

from pathlib import Path

from pages.figures import filled
from pages.markdown import Pages

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec" / "1.0"


def copied_pages() -> Pages:
    """Yield them, with the links between specification, suite and vectors changed to the paths of the site."""
    for path in sorted((*(ROOT / "docs").glob("*.md"), ROOT / "docs" / "style.css")):
        yield path.name, filled(path.read_text())
    for path in sorted(SPEC.glob("*.md")):
        name = "index.md" if path.name == "README.md" else path.name
        text = path.read_text().replace("conformance/README.md", "suite.md")
        yield f"specification/{name}", text.replace("vectors/README.md", "vectors.md")
    yield "specification/suite.md", (SPEC / "conformance" / "README.md").read_text()
    vectors = (SPEC / "vectors" / "README.md").read_text().replace("../conformance/README.md", "suite.md")
    yield "specification/vectors.md", vectors.replace("](../", "](")
    index = (ROOT / "examples" / "README.md").read_text()
    for path in sorted((ROOT / "examples" / "published").glob("*.yaml")):
        name = path.name.partition(".")[0]
        index = index.replace(f"`{path.name}`", f"[{path.name}]({name}.md)")
        link = f"[The page for readers]({name}.html)\n\n" if path.name.endswith(".dls.yaml") else ""
        yield f"examples/{name}.md", f"# {path.name}\n\n{link}```yaml\n{path.read_text()}```\n"
    yield "examples/index.md", index
    for name in ("GOVERNANCE", "SECURITY"):
        yield f"{name.lower()}.md", (ROOT / f"{name}.md").read_text().replace("](spec/1.0/", "](specification/")


def report_pages() -> Pages:
    """Yield the report of the demo and of each published pair as live pages, and the picture of the demo."""
    from dls.page.composition import page_of
    from dls.report.html import page_html

    for name in ("report.html", "losses.svg"):
        yield f"demo/{name}", (ROOT / "docs" / "demo" / name).read_text()
    for path in sorted((ROOT / "examples" / "published").glob("*.dls.yaml")):
        yield f"examples/{path.name.partition('.')[0]}.html", page_html(page_of(path))
