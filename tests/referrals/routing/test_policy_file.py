"""Files: errors name file and line; what YAML would swallow is refused."""

import pytest

from referrals.policy_file import (
    LONGEST,
    STANDARD,
    FileRefused,
    load_policy,
    load_text,
    read_mapping,
    read_text,
    standard_policy,
    write_text,
)


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


def test_a_text_is_refused_as_a_file_is():
    damaged = STANDARD.read_text(encoding="utf-8").replace("role: JMAC,", "role: JMACC,")
    line = damaged[: damaged.index("JMACC")].count("\n") + 1
    with pytest.raises(FileRefused) as refused:
        load_text(damaged, "mine")
    expected = f"mine:{line}: R05: role: 'JMACC' is not known; did you mean 'JMAC'?"
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a: 1\nb: "x\\0"\n', "mine:2: holds a NUL character"),
        ('a: 1\n"\\0": 1\n', "mine:2: holds a NUL character"),
        ("#" * (LONGEST + 1), "mine: is longer than 1,000,000 characters"),
        (
            "a: &a [1, 1, 1, 1]\n"
            + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 8)}]\n" for a, b in ["ab", "bc", "cd"])
            + f"e: [{', '.join(['*d'] * 200)}]\n",
            "mine: has more than 200,000 entries",
        ),
    ],
)
def test_what_nobody_could_store_or_read_is_refused(text, message):
    with pytest.raises(FileRefused) as refused:
        read_text(text, "mine")
    assert str(refused.value) == message


def test_what_is_written_reads_the_same_in_the_same_order():
    mapping, _lines = read_mapping(STANDARD)
    written = write_text(mapping)
    assert read_text(written, "mine")[0] == mapping
    assert list(read_text(written, "mine")[0]) == list(mapping)
    assert write_text(read_text(written, "mine")[0]) == written


def test_a_policy_is_written_as_the_shipped_file_is():
    shared = ["000 KM5.1"]
    rows = [
        {"id": "R1", "reason": "Prévenu. " * 9, "source": shared},
        {"id": "R2", "source": shared},
    ]
    assert write_text({"name": "mine", "word": "no", "rows": rows}) == (
        "name: mine\n"
        "word: 'no'\n"
        "rows:\n"
        "- id: R1\n"
        f"  reason: '{'Prévenu. ' * 9}'\n"
        "  source: [000 KM5.1]\n"
        "- {id: R2, source: [000 KM5.1]}\n"
    )
