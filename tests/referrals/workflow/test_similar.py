"""Likely duplicates: near, about then, of the same kind, and nothing the reader may not know."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Area
from actors.roles import Role
from actors.standing import standing_of
from referrals.models import HistoryEntry, Referral, Report, ReportedViolation
from referrals.workflow.similar import added_by, linked_entries, reports_to_add_to, similar_reports

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 18)
HERE = {"latitude": Decimal("4.00000"), "longitude": Decimal("20.00000")}


def north(km: float) -> dict[str, Decimal]:
    """A point this far north of `HERE`."""
    return {
        "latitude": Decimal(str(round(4 + km / 111.19508, 5))),
        "longitude": Decimal("20.00000"),
    }


def store(unmix, *, by=Role.UNPOL_OFFICER, area="QM0201", codes=("abduction",), **values) -> Report:
    """A stored report without recipients; the columns a comparison looks at."""
    perpetrator = values.get("perpetrator", "unknown")
    report = Report.objects.create(
        mission=unmix.mission,
        area=Area.objects.get(code=area),
        reporter=unmix.people[by],
        reference=f"UNMIX-{uuid4().hex[:12]}",
        **{"filed_at": NOW - timedelta(hours=3), "occurred_on": DAY}
        | values
        | {"facts": {"violations": list(codes), "perpetrator": perpetrator}},
    )
    ReportedViolation.objects.bulk_create(
        ReportedViolation(report=report, code=code) for code in codes
    )
    return report


def let_in(unmix, report: Report, role: str, redaction: str, status: str = "sent") -> None:
    Referral.objects.create(
        report=report,
        role=role,
        post=unmix.posts[role],
        kind="info",
        redaction=redaction,
        rule="R",
        reason="R",
        source="R",
        status=status,
    )


def asked(unmix, *, by=Role.UNPOL_OFFICER, codes=("abduction",), perpetrator="unknown", **values):
    facts = {"violations": list(codes), "facility": "none", "perpetrator": perpetrator}
    filing = unmix.filing(facts=facts, **{"occurred_on": DAY} | values)
    return list(similar_reports(reporter=unmix.user(by), filing=filing, at=NOW))


def is_similar(unmix, stored: dict[str, object], typed: dict[str, object]) -> bool:
    report = store(unmix, **stored)
    return [found.pk for found in asked(unmix, **typed)] == [report.pk]


@pytest.mark.parametrize(
    ("stored", "typed", "expected"),
    [
        ({}, {}, True),
        ({"area": "QM0101"}, {}, False),
        ({"area": "QM0101"} | north(4.9), HERE, True),
        ({"area": "QM0101"} | north(5.1), HERE, False),
        ({"area": "QM0101"} | HERE, {}, False),
        ({"area": "QM0101"}, HERE, False),
        (north(300), HERE, True),
    ],
)
def test_the_place_is_the_same_district_or_within_5_km(unmix, stored, typed, expected):
    assert is_similar(unmix, stored, typed) is expected


@pytest.mark.parametrize("level", ["stored", "typed", "both"])
def test_places_inside_one_district_are_the_same_district(unmix, level):
    for name in ("QM020101", "QM020102"):
        Area.objects.create(
            mission=unmix.mission, code=name, name=name, level=3, parent=unmix.area("QM0201")
        )
    stored = {} if level == "typed" else {"area": "QM020101"}
    typed = {} if level == "stored" else {"area": "QM020102"}
    assert is_similar(unmix, stored, typed)


@pytest.mark.parametrize(
    ("stored", "typed", "expected"),
    [
        ({"occurred_on": DAY - timedelta(2)}, {}, True),
        ({"occurred_on": DAY - timedelta(3)}, {}, False),
        ({"occurred_on": DAY}, {"occurred_on": DAY - timedelta(2)}, True),
        ({"occurred_on": DAY}, {"occurred_on": DAY - timedelta(3)}, False),
        ({"occurred_on": DAY - timedelta(9), "occurred_until": DAY - timedelta(2)}, {}, True),
        ({"occurred_on": DAY - timedelta(9), "occurred_until": DAY - timedelta(3)}, {}, False),
        ({}, {"occurred_on": DAY - timedelta(9), "occurred_until": DAY - timedelta(2)}, True),
        ({}, {"occurred_on": DAY - timedelta(9), "occurred_until": DAY - timedelta(3)}, False),
        ({"occurred_on": DAY - timedelta(30), "occurred_until": DAY}, {}, True),
        ({"occurred_on": None}, {}, True),
        ({"occurred_on": None, "filed_at": NOW - timedelta(days=2, hours=1)}, {}, False),
        ({}, {"occurred_on": None}, True),
        ({"filed_at": NOW - timedelta(days=2, hours=1)}, {"occurred_on": None}, False),
        ({"occurred_on": None}, {"occurred_on": None}, True),
        ({"occurred_on": None}, {"occurred_on": DAY - timedelta(40)}, True),
    ],
)
def test_the_time_is_within_two_days_or_filed_so_where_a_day_is_not_known(
    unmix, stored, typed, expected
):
    assert is_similar(unmix, stored, typed) is expected


@pytest.mark.parametrize(
    ("stored", "typed", "expected"),
    [
        (["abduction", "child_labour"], ["abduction"], True),
        (["abduction"], ["recruitment_use"], False),
        (["abduction"], [], False),
        ([], [], False),
    ],
)
def test_the_kind_is_one_in_common(unmix, stored, typed, expected):
    assert is_similar(unmix, {"codes": stored}, {"codes": typed}) is expected


def test_concerns_count_like_violations(unmix):
    report = store(unmix, codes=["trafficking"])
    facts = {"violations": [], "concerns": ["trafficking"], "facility": "none"}
    filing = unmix.filing(facts=facts, occurred_on=DAY)
    user = unmix.user(Role.UNPOL_OFFICER)
    assert list(similar_reports(reporter=user, filing=filing, at=NOW)) == [report]


class TestWhoMayKnow:
    def test_a_colleagues_report_is_not_named(self, unmix):
        store(unmix, by=Role.UNPOL_SUPERVISOR)
        assert asked(unmix) == []

    @pytest.mark.parametrize(
        ("level", "expected"),
        [("RD0", True), ("RD1", True), ("RD2", True), ("RD3", False), ("RS", False), ("RN", False)],
    )
    def test_one_told_of_it_learns_no_more_than_their_level_says(self, unmix, level, expected):
        report = store(unmix)
        let_in(unmix, report, Role.JOC, level)
        assert (asked(unmix, by=Role.JOC) == [report]) is expected

    def test_a_proposal_opens_nothing(self, unmix):
        let_in(unmix, store(unmix), Role.JOC, "RD1", status="proposed")
        assert asked(unmix, by=Role.JOC) == []

    @pytest.mark.parametrize(("level", "expected"), [("RD1", True), ("RD2", False)])
    def test_who_may_not_know_the_point_cannot_find_it_by_asking(self, unmix, level, expected):
        report = store(unmix, area="QM0101", **HERE)
        let_in(unmix, report, Role.JOC, level)
        assert (asked(unmix, by=Role.JOC, **HERE) == [report]) is expected

    def test_a_summary_shows_no_distance(self, unmix):
        let_in(unmix, store(unmix, **north(1)), Role.JOC, "RD2")
        assert [report.km for report in asked(unmix, by=Role.JOC, **HERE)] == [None]

    def test_the_senior_adviser_sees_what_they_oversee(self, unmix):
        report = store(unmix)
        assert asked(unmix, by=Role.CPA_SENIOR) == [report]

    @pytest.mark.parametrize("kind", ["un_personnel", "aid_worker"])
    def test_what_went_in_confidence_is_never_named(self, unmix, kind):
        report = store(unmix, perpetrator=kind, track="misconduct")
        let_in(unmix, report, Role.CONDUCT_DISCIPLINE, "RD0")
        store(unmix, perpetrator=kind)  # not routed yet
        assert asked(unmix) == []
        assert asked(unmix, by=Role.CONDUCT_DISCIPLINE) == []

    @pytest.mark.parametrize("kind", ["un_personnel", "aid_worker"])
    def test_what_goes_in_confidence_is_compared_with_nothing(self, unmix, kind):
        store(unmix)
        assert asked(unmix, perpetrator=kind) == []

    def test_a_report_that_implicates_the_readers_organization_is_not_named(self, unmix):
        police = unmix.organizations["UNMIX Police"]
        store(unmix, perpetrator="civilian", perpetrator_org=police)
        assert asked(unmix) == []

    def test_another_mission_is_another_story(self, unmix):
        elsewhere = Area.objects.get(code="QM0201")
        report = store(unmix)
        elsewhere.mission.pk, elsewhere.mission.code = None, "UNELSE"
        elsewhere.mission.save()
        Report.objects.filter(pk=report.pk).update(mission=elsewhere.mission)
        assert asked(unmix) == []

    def test_the_same_report_sent_before_is_not_its_own_duplicate(self, unmix):
        report = store(unmix)
        assert asked(unmix, uuid=report.uuid) == []


def test_the_nearest_come_first_then_the_closest_in_time_then_the_newest(unmix):
    far = store(unmix, **north(40))
    later = store(unmix, occurred_on=DAY + timedelta(1))
    newer = store(unmix, filed_at=NOW - timedelta(hours=1))
    near = store(unmix, occurred_on=DAY + timedelta(2), **north(3))
    nearest = store(unmix, occurred_on=DAY + timedelta(2), **north(1))
    store(unmix, occurred_on=DAY + timedelta(2))
    assert asked(unmix, **HERE) == [nearest, near, newer, far, later]


def test_asking_takes_three_statements_with_1_and_with_50_rows(unmix):
    user = unmix.user(Role.UNPOL_OFFICER)
    standing_of(user)
    filing = unmix.filing(facts={"violations": ["abduction"], "facility": "none"}, occurred_on=DAY)
    for rows in (1, 49):
        for _row in range(rows):
            store(unmix)
        standing_of(user).__dict__.pop("related_organization_ids", None)
        with CaptureQueriesContext(connection) as captured:
            found = list(similar_reports(reporter=user, filing=filing, at=NOW))
            assert found[0].area.parent.name == "Lakeside"
        assert len(captured) == 3
    assert len(found) == 5


class TestAgainstAPlainReading:
    """1,000 pairs of a stored report and a filing, judged by the words of the policy alone."""

    STORED, ASKED = 50, 20

    def test_1000_random_pairs(self, unmix):
        draw = random.Random(5)
        reports = [self.any_report(unmix, draw) for _n in range(self.STORED)]
        named = 0
        for _n in range(self.ASKED):
            values = self.any_values(draw)
            codes = draw.sample(["abduction", "killing_maiming", "trafficking"], 2)
            found = asked(unmix, codes=codes, **values)
            expected = self.plainly(reports, codes, values)
            assert [report.pk for report in found] == expected[:5]
            named += len(expected)
        assert 50 < named < 900  # the pairs are neither all alike nor all apart

    def any_values(self, draw) -> dict[str, object]:
        first = draw.choice([None, *(DAY + timedelta(n) for n in range(-6, 2))])
        values = {"area": draw.choice(["QM0201", "QM0101"]), "occurred_on": first}
        if first and draw.random() < 0.3:
            values["occurred_until"] = first + timedelta(draw.randint(0, 4))
        if draw.random() < 0.6:
            values["latitude"] = Decimal(str(round(4 + draw.uniform(-0.08, 0.08), 5)))
            values["longitude"] = Decimal(str(round(20 + draw.uniform(-0.08, 0.08), 5)))
        return values

    def any_report(self, unmix, draw) -> Report:
        values = self.any_values(draw)
        values["filed_at"] = NOW - timedelta(hours=draw.randint(1, 100))
        if draw.random() < 0.1:
            values["perpetrator"] = "aid_worker"
        report = store(
            unmix,
            by=draw.choice([Role.UNPOL_OFFICER, Role.UNPOL_OFFICER, Role.JOC]),
            codes=draw.sample(["abduction", "killing_maiming", "trafficking", "child_labour"], 1),
            **values,
        )
        if draw.random() < 0.4:
            level = draw.choice(["RD0", "RD1", "RD2", "RD3", "RS"])
            let_in(unmix, report, Role.UNPOL_OFFICER, level)
        return Report.objects.prefetch_related("violations", "referrals").get(pk=report.pk)

    def plainly(self, reports, codes, values) -> list[int]:
        keyed = [(self.key(report, codes, values), report.pk) for report in reports]
        return [pk for key, pk in sorted((k, p) for k, p in keyed if k)]

    def key(self, report, codes, values) -> tuple | None:
        """Where it stands among the similar ones, or None where it is not one of them."""
        levels = {referral.redaction for referral in report.referrals.all()}
        levels |= {"OWN"} if report.reporter.username == "unpol_officer" else set()
        if not levels & {"OWN", "RD0", "RD1", "RD2"} or report.perpetrator == "aid_worker":
            return None
        if not {violation.code for violation in report.violations.all()} & set(codes):
            return None
        km = self.km(report, values) if levels & {"OWN", "RD0", "RD1"} else None
        is_near = km is not None and km <= 5
        if report.area.code != values["area"] and not is_near:
            return None
        if not self.about_then(report, values):
            return None
        gap = self.days_between(report, values)
        return (min(km, 5.0) if km is not None else 5.0, gap, NOW - report.filed_at, -report.pk)

    def km(self, report, values) -> float | None:
        if report.latitude is None or "latitude" not in values:
            return None
        a, b = math.radians(report.latitude), math.radians(values["latitude"])
        across = math.radians(values["longitude"] - report.longitude)
        cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(across)
        return 6371.0088 * math.acos(min(1.0, cosine))

    def about_then(self, report, values) -> bool:
        if report.occurred_on is None or values["occurred_on"] is None:
            return NOW - report.filed_at <= timedelta(days=2)
        return self.days_between(report, values) <= 2

    def days_between(self, report, values) -> int:
        first, last = self.days(values["occurred_on"], values.get("occurred_until"), NOW.date())
        began, ended = self.days(report.occurred_on, report.occurred_until, report.filed_at.date())
        return max((began - last).days, (first - ended).days, 0)

    def days(self, first, last, unknown) -> tuple[date, date]:
        return (first or unknown, last or first or unknown)


class TestLinking:
    def test_both_stories_say_that_they_are_linked_and_nothing_of_each_other(self, unmix):
        first = store(unmix)
        second = store(unmix, adds_to=first)
        entries = linked_entries(second, at=NOW)
        assert [(e.report, e.verb, e.actor, e.at, e.details) for e in entries] == [
            (second, "linked", second.reporter, NOW, {}),
            (first, "linked", second.reporter, NOW, {}),
        ]

    def test_a_report_of_its_own_is_linked_to_nothing(self, unmix):
        assert linked_entries(store(unmix), at=NOW) == []

    @pytest.mark.parametrize("confided", ["first", "second"])
    def test_what_went_in_confidence_shows_in_no_other_story(self, unmix, confided):
        kinds = {confided: {"perpetrator": "un_personnel"}}
        first = store(unmix, **kinds.get("first", {}))
        second = store(unmix, adds_to=first, **kinds.get("second", {}))
        assert linked_entries(second, at=NOW) == []
        assert HistoryEntry.objects.count() == 0

    def test_an_officer_sees_the_own_additions_alone_and_none_in_confidence(self, unmix):
        first = store(unmix)
        mine = store(unmix, adds_to=first)
        store(unmix, adds_to=first, by=Role.JOC)
        store(unmix, adds_to=first, perpetrator="aid_worker")
        user = unmix.user(Role.UNPOL_OFFICER)
        assert list(added_by(reporter=user, report=first)) == [mine]


def test_filing_an_addition_writes_both_stories(unmix):
    first = unmix.file().report
    second = unmix.file(adds_to=first).report
    linked = HistoryEntry.objects.filter(verb="linked").order_by("pk")
    assert [(entry.report, entry.details) for entry in linked] == [(second, {}), (first, {})]


@pytest.mark.parametrize("role", [Role.CONDUCT_DISCIPLINE, Role.UNPOL_OFFICER])
def test_nobody_can_name_a_confided_report_as_the_earlier_one(unmix, role):
    confided = store(unmix, perpetrator="un_personnel", track="misconduct")
    let_in(unmix, confided, Role.CONDUCT_DISCIPLINE, "RD0")
    let_in(unmix, mine := store(unmix), Role.CONDUCT_DISCIPLINE, "RD1")
    assert list(reports_to_add_to(unmix.user(role))) == [mine]


def test_an_addition_asks_no_partner_a_second_time(unmix):
    first = unmix.file().report
    second = unmix.file(adds_to=first).report
    assert second.adds_to == first
    assert second.facts["similar_report_exists"] is True
    assert second.decided("DUPLICATE_LINK")
    assert not second.referrals.filter(gate__startswith="cp_lead").exists()
    assert first.referrals.filter(gate__startswith="cp_lead").exists()
