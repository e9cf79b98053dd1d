"""What tests of several parts share: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    """A browser of the module's own; tests that need one are marked `browser`."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("chromium is missing; install it with: apt-get install chromium", pytrace=False)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=CHROMIUM)
        yield opened
        opened.close()
