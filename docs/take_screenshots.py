"""Takes the README's pictures of the scorecard, after `make scorecard` on the sample: what `make screenshots` runs."""

from pathlib import Path

from playwright.sync_api import sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
PAGES = PROJECT / "target" / "scorecard"
# name, page, width, height
PICTURES = [
    ("scorecard", "99100000.html", 1280, 1640),
    ("phone", "99100000.html", 390, 844),
    ("index", "index.html", 1280, 720),
]


def take_screenshots(folder: Path) -> None:
    """Write each picture in light and in dark into a folder, as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for name, file, width, height in PICTURES:
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto((PAGES / file).as_uri())
                page.screenshot(path=folder / f"{name}-{scheme}.png")
                page.close()
        browser.close()


if __name__ == "__main__":
    take_screenshots(PROJECT / "docs" / "images")
