"""Sphinx configuration: Markdown pages, warnings are errors."""

from __future__ import annotations

import tomllib
from pathlib import Path

project = "Homeport"
author = "The Homeport authors"
project_copyright = author
release = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]["version"]
version = release

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "performance-table.md"]  # included by performance.md
nitpicky = True

html_theme = "furo"
html_title = f"Homeport {release}"
