"""Static files are collected once for each content, and only those on pages are compressed."""

import pytest

from portal.launch import static_files
from portal.launch.static_files import are_current, collect


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A folder of own files with a style sheet in it."""
    folder = tmp_path / "own"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "app.css").write_text("p { color: black }\n" * 200)
    monkeypatch.setattr(static_files, "OWN_FILES", folder)
    return folder


@pytest.fixture
def target(tmp_path, own, settings):
    """An empty folder to collect into, from the own files alone."""
    settings.STATICFILES_DIRS = [own]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path / "static"


def test_collected_files_are_current_until_one_of_ours_changes(own, target):
    assert not are_current(target)
    collect(target)
    assert are_current(target)
    (own / "css" / "app.css").write_text("p { color: red }")
    assert not are_current(target)


def test_a_file_that_only_moved_counts_as_a_change(own, target):
    collect(target)
    (own / "css" / "app.css").rename(own / "css" / "other.css")
    assert not are_current(target)


def test_collecting_that_was_cut_off_is_done_again(own, target, monkeypatch):
    collect(target)
    monkeypatch.setattr(static_files, "_compress", lambda folder: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        collect(target)
    assert not are_current(target)


def test_our_files_are_compressed_for_the_field(own, target):
    collect(target)
    made = {path.name for path in (target / "css").iterdir()}
    assert {"app.css", "app.css.br", "app.css.gz"} <= made
