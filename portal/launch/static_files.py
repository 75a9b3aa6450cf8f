"""Collects the static files once for each content, and compresses those that pages load.

Compressing every file of every library takes half a minute; ours take a second.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from portal.launch.environment import ROOT

OWN_FILES = ROOT / "static"
LIBRARIES_ON_PAGES = ["django_htmx"]


def are_current(target: Path) -> bool:
    """Tell whether `target` was filled completely from what is in the checkout now."""
    try:
        return _stamp_file(target).read_text() == _stamp()
    except FileNotFoundError:
        return False


def collect(target: Path) -> None:
    """Fill `target`, Django being set up; the stamp comes last, so half a job is redone."""
    from django.core.management import call_command

    stamp = _stamp()
    _stamp_file(target).unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    for folder in _folders_on_pages():
        _compress(target / folder)
    _stamp_file(target).write_text(stamp)


def main() -> None:
    """Collect into STATIC_ROOT."""
    import django
    from django.conf import settings

    django.setup()
    collect(Path(settings.STATIC_ROOT))


def _stamp_file(target: Path) -> Path:
    return target.with_name("static.stamp")


def _stamp() -> str:
    """Return a digest of our files and of the locked libraries, which bring theirs."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in _own_files():
        content = path.read_bytes()
        digest.update(f"\0{path.relative_to(OWN_FILES)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _own_files() -> Iterator[Path]:
    return (path for path in sorted(OWN_FILES.rglob("*")) if path.is_file())


def _folders_on_pages() -> list[str]:
    own = [path.name for path in OWN_FILES.iterdir() if path.is_dir()]
    return [*own, *LIBRARIES_ON_PAGES]


def _compress(folder: Path) -> None:
    from whitenoise.compress import Compressor

    compressor = Compressor(quiet=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(os.fspath(path))


if __name__ == "__main__":
    main()
