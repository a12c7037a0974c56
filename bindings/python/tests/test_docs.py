"""The documentation builds without a network and without warnings, and loads no external resources."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import balanced_mastering as bm
from conftest import ROOT


def test_the_site_is_built_from_the_docstrings(tmp_path: Path) -> None:
    # Every network request fails.
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT / "bindings/python",
        env={**os.environ, **nowhere, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stdout + done.stderr
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")}
    text = "".join(pages.values())
    for name in bm.__dict__:
        public = getattr(bm, name)
        if not name.startswith("_") and getattr(public, "__module__", "").startswith("balanced_mastering"):
            assert re.search(rf'id="[\w.]*\.{name}"', text), f"{name} is not in the reference"
    loaded = re.findall(r'<(?:script|img|link)[^>]+(?:src|href)="(https?://[^"]+)"', text)
    assert not [url for url in loaded if 'rel="canonical"' not in url], loaded
