"""Drafts: several devices write one, nobody else opens it, and no typed word is lost unseen."""

import random
import re
import threading
from uuid import uuid4

import pytest
from django.db import connections

from actors.models import User
from referrals.models import Draft
from referrals.workflow import drafts
from referrals.workflow.drafts import (
    DraftChange,
    DraftChanged,
    DraftGone,
    DraftRefused,
    Splice,
    change_draft,
    forget_draft,
    save_draft,
    typed_in,
)
from tests.factories import UserFactory
from tests.referrals.workflow.draft_merging import Device

HISTORIES = 1000


@pytest.fixture
def owner(db) -> User:
    return UserFactory()


@pytest.fixture
def begun(owner) -> Draft:
    return change_draft(
        owner=owner, draft=uuid4(), change=DraftChange(0, "form1", {"narrative": ["Told at noon."]})
    )


def spliced(draft: Draft, text: str, *splice) -> str:
    """The narrative after it was set to `text` and then changed by a splice."""
    at = {"owner": draft.owner, "draft": draft.uuid}
    kept = change_draft(**at, change=DraftChange(draft.version, set={"narrative": [text]}))
    changed = DraftChange(kept.version, splice={"narrative": Splice(*splice)})
    return change_draft(**at, change=changed).typed["narrative"][0]


def test_a_change_sets_takes_away_and_raises_the_version(owner, begun):
    change = DraftChange(1, "form2", {"boys": ["2"], "narrative": []})
    kept = change_draft(owner=owner, draft=begun.uuid, change=change)
    assert (kept.version, kept.form, kept.typed) == (2, "form2", {"boys": ["2"]})
    assert Draft.objects.get().typed == {"boys": ["2"]}


@pytest.mark.parametrize(
    ("text", "splice", "after"),
    [
        ("Told at noon.", (5, 2, "before"), "Told before noon."),
        ("Told", (4, 0, " at noon"), "Told at noon"),
        ("", (0, 0, "Told"), "Told"),
        ("Told 😀 noon", (8, 0, "at "), "Told 😀 at noon"),
        ("Told 😀", (6, 1, "\ude01"), "Told 😁"),
        ("قيل ظهرا", (3, 1, " لنا "), "قيل لنا ظهرا"),
        ("one\ntwo", (4, 3, "2"), "one\n2"),
    ],
)
def test_a_splice_counts_as_a_browser_does(begun, text, splice, after):
    assert spliced(begun, text, *splice) == after


def test_a_splice_beyond_the_text_changes_nothing_and_gives_the_text_back(owner, begun):
    change = DraftChange(1, splice={"narrative": Splice(10, 9, "x")})
    with pytest.raises(DraftChanged) as told:
        change_draft(owner=owner, draft=begun.uuid, change=change)
    assert typed_in(told.value.draft) == {"narrative": ["Told at noon."]}
    assert Draft.objects.get().version == 1


def test_what_a_database_cannot_store_leaves_a_mark_of_the_same_length(begun):
    assert spliced(begun, "a\0b\ud83dc", 4, 1, "d") == "a\ufffdb\ufffdd"


def test_line_ends_are_those_a_browser_counts(owner):
    kept = save_draft(owner=owner, typed={"narrative": ["one\r\ntwo\rthree"]})
    assert kept.typed == {"narrative": ["one\ntwo\nthree"]}
    Draft.objects.filter(pk=kept.pk).update(typed={"narrative": ["one\r\ntwo"]})
    change = DraftChange(1, splice={"narrative": Splice(4, 3, "2")})
    assert change_draft(owner=owner, draft=kept.uuid, change=change).typed == {
        "narrative": ["one\n2"]
    }


def test_who_saves_on_an_older_version_is_told_what_is_there(owner, begun):
    change_draft(owner=owner, draft=begun.uuid, change=DraftChange(1, set={"boys": ["2"]}))
    for base in (0, 1, 3):
        with pytest.raises(DraftChanged) as told:
            change_draft(
                owner=owner, draft=begun.uuid, change=DraftChange(base, set={"boys": ["9"]})
            )
        assert told.value.draft.version == 2
        assert told.value.draft.typed["boys"] == ["2"]


def test_a_draft_that_was_deleted_or_sent_is_gone(unmix):
    report = unmix.file().report
    with pytest.raises(DraftGone) as told:
        change_draft(owner=report.reporter, draft=uuid4(), change=DraftChange(4))
    assert not told.value.was_sent
    for base in (0, 4):
        with pytest.raises(DraftGone) as told:
            change_draft(owner=report.reporter, draft=report.uuid, change=DraftChange(base))
        assert told.value.was_sent
    assert Draft.objects.count() == 0


def test_the_same_id_of_somebody_else_is_another_draft(owner, begun):
    other = UserFactory()
    change_draft(owner=other, draft=begun.uuid, change=DraftChange(0, set={"boys": ["7"]}))
    forget_draft(owner=other, draft=begun.uuid)
    assert Draft.objects.get() == begun


def test_a_draft_that_is_too_large_is_refused_at_its_longest_answer(owner, begun):
    for save in (
        lambda typed: save_draft(owner=owner, typed=typed),
        lambda typed: change_draft(owner=owner, draft=begun.uuid, change=DraftChange(1, set=typed)),
    ):
        with pytest.raises(DraftRefused) as refused:
            save({"boys": ["2"], "narrative": ["x" * 100_000]})
        assert (refused.value.code, refused.value.field) == ("too_long", "narrative")
    assert Draft.objects.get().typed == begun.typed


def test_the_longest_text_of_the_form_fits_in_every_script(owner):
    kept = save_draft(
        owner=owner, typed={"narrative": ["ق" * 10_000], "safe_contact": ["😀" * 500]}
    )
    assert kept.version == 1


def test_one_draft_more_than_there_may_be_is_refused_and_none_is_deleted(owner, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    kept = [save_draft(owner=owner, typed={"boys": [str(n)]}) for n in range(3)]
    for save in (
        lambda: save_draft(owner=owner, typed={}),
        lambda: change_draft(owner=owner, draft=uuid4(), change=DraftChange(0)),
    ):
        with pytest.raises(DraftRefused, match="You have 3 unfinished reports"):
            save()
    change_draft(owner=owner, draft=kept[0].uuid, change=DraftChange(1, set={"girls": ["1"]}))
    assert set(Draft.objects.values_list("uuid", flat=True)) == {draft.uuid for draft in kept}
    save_draft(owner=UserFactory(), typed={})


def test_a_page_replaces_the_draft_it_was_filled_from(owner, begun):
    typed = {"uuid": [str(begun.uuid)], "boys": ["2"]}
    assert save_draft(owner=owner, typed=typed, form="form2", base=1).version == 2
    assert save_draft(owner=owner, typed=typed).version == 3
    assert (Draft.objects.get().typed, Draft.objects.get().form) == (typed, "")


def test_a_page_filled_from_an_older_version_is_kept_beside_the_newer_one(owner, begun):
    change_draft(owner=owner, draft=begun.uuid, change=DraftChange(1, set={"girls": ["1"]}))
    kept = save_draft(owner=owner, typed={"uuid": [str(begun.uuid)], "boys": ["2"]}, base=1)
    assert kept.uuid != begun.uuid
    assert kept.typed == {"uuid": [str(kept.uuid)], "boys": ["2"]}
    begun.refresh_from_db()
    assert begun.typed == {"narrative": ["Told at noon."], "girls": ["1"]}


def test_a_draft_that_was_sent_goes(owner, begun):
    assert forget_draft(owner=owner, draft=begun.uuid, known=1) is None
    assert Draft.objects.count() == 0
    assert forget_draft(owner=owner, draft=begun.uuid) is None


@pytest.mark.parametrize(
    ("sent", "stays"),
    [
        ({"narrative": ["Told at noon."]}, True),
        ({"narrative": ["Told at noon."], "boys": ["3"]}, True),
        ({"narrative": ["At noon."], "boys": ["2"]}, True),
        ({"narrative": ["Told twice\r\nat noon."], "boys": ["2"], "girls": ["1"]}, False),
    ],
)
def test_words_that_another_device_added_before_the_sending_stay(owner, begun, sent, stays):
    change_draft(owner=owner, draft=begun.uuid, change=DraftChange(1, set={"boys": ["2"]}))
    kept = forget_draft(owner=owner, draft=begun.uuid, known=1, sent=sent)
    assert Draft.objects.filter(uuid=begun.uuid).count() == 0
    assert (kept is not None) is stays
    if stays:
        assert Draft.objects.get().typed == {
            "narrative": ["Told at noon."],
            "boys": ["2"],
            "uuid": [str(kept.uuid)],
        }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [True, False])
def test_of_parallel_changes_one_wins_and_each_other_is_told(is_new):
    owner, uuid = UserFactory(), uuid4()
    if not is_new:
        change_draft(owner=owner, draft=uuid, change=DraftChange(0))
    base, outcomes, barrier = 0 if is_new else 1, [], threading.Barrier(6)

    def change(number: int):
        try:
            barrier.wait(timeout=10)
            said = DraftChange(base, set={"boys": [str(number)]})
            change_draft(owner=owner, draft=uuid, change=said)
            outcomes.append(("won", [str(number)]))
        except DraftChanged as changed:
            outcomes.append(("told", changed.draft.typed["boys"]))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = Draft.objects.get()
    assert stored.version == base + 1
    assert sorted(said for said, _boys in outcomes) == ["told"] * 5 + ["won"]
    assert {tuple(boys) for _said, boys in outcomes} == {tuple(stored.typed["boys"])}


def test_random_histories_of_two_devices_lose_no_typed_word(owner):
    for seed in range(HISTORIES):
        _check_history(owner, random.Random(seed))


def _check_history(owner: User, dice: random.Random) -> None:
    """Words are only added, at random places; each must be there when both have saved."""
    devices = [Device(owner, uuid4())]
    devices.append(Device(owner, devices[0].draft))
    words = []
    for _step in range(dice.randint(3, 7)):
        device = dice.choice(devices)
        match dice.choice(("type", "type", "tick", "answer", "save", "save", "lost", "open")):
            case "type":
                words.append(f"w{len(words)}😀" if dice.random() < 0.3 else f"w{len(words)}ق")
                _type(device, words[-1], dice)
            case "tick":
                ticks = device.typed.get("violations", [])
                device.typed["violations"] = [*ticks, f"v{len(words)}{dice.random()}"]
                words.append(device.typed["violations"][-1])
            case "answer":
                device.typed["boys"] = [str(dice.randint(1, 9))]
            case "save":
                device.save()
            case "lost":
                device.save(answer_is_lost=True)
            case "open":
                device.open()
    for device in (*devices, *devices):
        device.save()
        device.open()
    stored = Draft.objects.filter(uuid=devices[0].draft).first()
    typed = typed_in(stored) if stored else {}
    text = re.sub(r"\s", "", "".join(value for values in typed.values() for value in values))
    assert [word for word in words if word not in text] == []
    assert devices[0].typed == devices[1].typed == typed
    Draft.objects.filter(owner=owner).delete()


def _type(device: Device, word: str, dice: random.Random) -> None:
    """A word between others, never inside one."""
    written = device.typed.get("narrative", [""])[0].split(" ")
    written.insert(dice.randint(0, len(written)), word)
    device.typed["narrative"] = [" ".join(written).strip()]
