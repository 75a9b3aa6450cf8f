"""Files: errors name file and line; what YAML would swallow is refused."""

import pytest

from referrals.policy_file import STANDARD, FileRefused, load_policy, read_mapping, standard_policy


@pytest.fixture
def written(tmp_path):
    """written(text) -> path of a file that holds it."""
    path = tmp_path / "policy.yaml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_standard_policy_is_compiled_once():
    assert standard_policy() is standard_policy()


def test_an_error_names_file_line_row_field_and_nearest_word(written):
    text = STANDARD.read_text(encoding="utf-8")
    damaged = text.replace("{role: JMAC, kind: info,", "{role: JMAC, kind: infoo,")
    line = damaged[: damaged.index("infoo")].count("\n") + 1
    path = written(damaged)
    with pytest.raises(FileRefused) as refused:
        load_policy(path)
    expected = f"{path}:{line}: R05: kind: 'infoo' is not known; did you mean 'info'?"
    assert str(refused.value) == expected


def test_a_missing_key_is_named_at_the_line_of_its_row(written):
    text = STANDARD.read_text(encoding="utf-8")
    damaged = text.replace("    reason: One line in the daily situation report.\n", "")
    with pytest.raises(FileRefused, match="R05n: reason: is missing") as refused:
        load_policy(written(damaged))
    line = damaged[: damaged.index("id: R05n")].count("\n") + 1
    assert f":{line}: " in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must hold a mapping"),
        ("- a\n- b\n", "must hold a mapping"),
        ("a: [1, 2\n", "is not YAML"),
        ("a: 1\nb: 2\na: 3\n", ":3: the key 'a' is there twice"),
        ("a: {b: 1, b: 2}\n", ":1: the key 'b' is there twice"),
        ("? [a, b]\n: 1\n", "is not YAML"),
        ("a: &a [*a]\n", "is nested too deeply"),
        ("a: !!python/object:os.system {}\n", "is not YAML"),
    ],
)
def test_the_file_is_refused(text, message, written):
    with pytest.raises(FileRefused, match=r"policy\.yaml") as refused:
        read_mapping(written(text))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_a_folder_and_binary_data_are_refused(tmp_path):
    with pytest.raises(FileRefused, match="No such file"):
        read_mapping(tmp_path / "nothing.yaml")
    with pytest.raises(FileRefused, match="directory"):
        read_mapping(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileRefused, match="not UTF-8"):
        read_mapping(tmp_path / "binary.yaml")
