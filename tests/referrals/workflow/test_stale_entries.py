"""Nobody has confirmed an entry for half a year: nothing new goes there without the CP lead's word.

Who is told at once by the rules is told all the same: a lost message can kill.
"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from actors.models import Organization, Post
from actors.roles import Role
from referrals.models import HistoryEntry, Notification, Referral
from referrals.workflow.errors import ReleaseRefused
from referrals.workflow.release import ReleaseBasis, release_referral

REASON = "Health surveillance"
NOT_CONFIRMED = "Confirm first that this recipient still exists and is safe"
AT_ITS_FIELD = 'id="id_entry_confirmed_error">Confirm first that this recipient still exists'


def days_ago(days: int) -> date:
    return timezone.now().date() - timedelta(days=days)


@pytest.fixture
def proposal(unmix) -> Referral:
    return unmix.file().report.referrals.get(role=Role.WHO)


@pytest.fixture
def url(proposal) -> str:
    return f"/referrals/{proposal.uuid}/release/"


def grow_old(role: str, days: int) -> None:
    """The post stays fresh; what counts is the older of the post and its organization."""
    Organization.objects.filter(posts__role=role).update(assured_on=days_ago(days))


def release(unmix, proposal, **stated) -> Referral:
    basis = ReleaseBasis(reason=REASON, **stated)
    return release_referral(referral=proposal, by=unmix.user(Role.CPA), basis=basis)


class TestReleasing:
    def test_an_old_entry_is_refused_at_its_field_and_nobody_is_told(self, unmix, proposal):
        grow_old(Role.WHO, 181)
        with pytest.raises(ReleaseRefused, match=NOT_CONFIRMED) as refused:
            release(unmix, proposal)
        assert (refused.value.field, refused.value.code) == ("entry_confirmed", "required")
        proposal.refresh_from_db()
        assert proposal.status == "proposed"
        assert Notification.objects.filter(referral=proposal).count() == 0

    def test_an_old_post_counts_as_well_as_an_old_organization(self, unmix, proposal):
        Post.objects.filter(role=Role.WHO).update(assured_on=days_ago(181))
        with pytest.raises(ReleaseRefused, match=NOT_CONFIRMED):
            release(unmix, proposal)

    def test_who_vouched_for_it_is_kept_and_the_entry_stays_as_old_as_it_was(self, unmix, proposal):
        grow_old(Role.WHO, 200)
        assert release(unmix, proposal, entry_confirmed=True).status == "released"
        details = HistoryEntry.objects.get(verb="released").details
        assert details["entry_confirmed"] == {
            "by": "Person of CPA",
            "not_confirmed_since": days_ago(200).isoformat(),
        }
        assert Organization.objects.get(posts__role=Role.WHO).assured_on == days_ago(200)

    @pytest.mark.parametrize("days", [0, 91, 180])
    def test_up_to_180_days_nothing_is_asked_and_nothing_kept(self, unmix, proposal, days):
        grow_old(Role.WHO, days)
        release(unmix, proposal, entry_confirmed=True)
        assert "entry_confirmed" not in HistoryEntry.objects.get(verb="released").details


class TestThePage:
    def test_from_90_days_it_is_marked_and_nothing_is_asked(self, as_role, url):
        grow_old(Role.WHO, 91)
        page = as_role(Role.CPA).get(url).content.decode()
        assert "WHO Kesara: not confirmed since" in page
        assert ", for 91 days." in page
        assert 'name="entry_confirmed"' not in page

    def test_a_fresh_entry_carries_no_mark(self, as_role, url):
        grow_old(Role.WHO, 90)
        page = as_role(Role.CPA).get(url).content.decode()
        assert "not confirmed since" not in page

    def test_from_180_days_the_tick_is_required_and_what_was_typed_stays(self, as_role, url):
        grow_old(Role.WHO, 181)
        adviser = as_role(Role.CPA)
        answer = adviser.post(url, {"reason": REASON})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert AT_ITS_FIELD in page
        assert REASON in page
        page = adviser.post(
            url, {"reason": REASON, "entry_confirmed": "on"}, follow=True
        ).content.decode()
        assert "Released to WHO" in page

    def test_not_to_tell_them_asks_for_no_tick(self, as_role, url):
        grow_old(Role.WHO, 181)
        as_role(Role.CPA).post(url, {"reason": "Closed down", "decision": "withhold"})
        assert Referral.objects.get(role=Role.WHO).status == "revoked"

    def test_what_is_decided_shows_no_mark(self, as_role, url):
        grow_old(Role.WHO, 181)
        adviser = as_role(Role.CPA)
        adviser.post(url, {"reason": REASON, "entry_confirmed": "on"})
        assert "not confirmed since" not in adviser.get(url).content.decode()


def test_who_is_told_at_once_by_the_rules_is_told_however_old_the_entry_is(unmix):
    Organization.objects.update(assured_on=days_ago(400))
    Post.objects.update(assured_on=days_ago(400))
    report = unmix.file().report
    told = Notification.objects.filter(referral__report=report)
    let_in = report.referrals.filter(status="released")
    assert told.count() == let_in.count() == 14
    assert set(told.values_list("referral", flat=True)) == set(let_in.values_list("pk", flat=True))
