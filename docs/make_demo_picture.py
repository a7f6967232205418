"""Makes docs/demo.png, a picture of the demo's page: python docs/make_demo_picture.py [demo/index.html].

It wants Chromium or Chrome, which the package itself does not.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

PICTURE = Path(__file__).parent / "demo.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTH, HEIGHT = 960, 1035
COLOURS = 256


def photographed(page: Path, target: Path) -> None:
    """What a browser shows of the page, in a window of WIDTH × HEIGHT."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.exit(f"none of {', '.join(BROWSERS)} is installed")
    with tempfile.TemporaryDirectory() as profile:
        words = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
        ]
        words += [
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={target.resolve()}",
            page.resolve().as_uri(),
        ]
        subprocess.run([browser, *words], check=True, capture_output=True)  # noqa: S603 - words of our own


def small(picture: Path) -> None:
    """The same picture with few colours, which are enough for a page."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


if __name__ == "__main__":
    page = Path(sys.argv[1] if len(sys.argv) > 1 else "demo/index.html")
    if not page.exists():
        sys.exit(f"{page} is not there; make demo first")
    photographed(page, PICTURE)
    small(PICTURE)
