"""The stylesheet every page waits for keeps to its budget (docs/design.md)."""

from pathlib import Path

import brotli

STYLESHEET = Path(__file__).resolve().parents[2] / "static" / "css" / "app.css"
MOST_BYTES = 6 * 1024


def test_the_stylesheet_stays_within_six_kilobytes_over_the_wire():
    assert len(brotli.compress(STYLESHEET.read_bytes())) <= MOST_BYTES
