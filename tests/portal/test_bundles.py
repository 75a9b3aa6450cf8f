"""The scripts that pages load are made of the sources beside them, as they are now."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

JS = Path(__file__).resolve().parents[2] / "static" / "js"


def digest_of_the_sources() -> str:
    """As scripts/bundle.mjs computes it: every name and what the file holds, in this order."""
    names = ["app.js", *sorted(f"form/{path.name}" for path in (JS / "form").glob("*.js"))]
    digest = sha256()
    for name in names:
        digest.update(f"{name}\n".encode() + (JS / name).read_bytes())
    return digest.hexdigest()[:16]


@pytest.mark.parametrize("bundle", ["form.js", "device.js"])
def test_a_bundle_is_made_of_todays_sources(bundle):
    """Red? `cd scripts && npm ci --ignore-scripts && npm run bundle`."""
    first = (JS / bundle).read_text(encoding="utf-8").partition("\n")[0]
    assert re.findall("[0-9a-f]{16}", first) == [digest_of_the_sources()]
