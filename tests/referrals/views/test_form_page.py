"""The report form as the officer gets it: what is asked, chosen already, helped with and hidden."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actors.harms import HARMS, HELP
from actors.models import Area, Post
from actors.roles import Role
from referrals.forms.filing import ReportForm
from referrals.workflow.drafts import save_draft

NEW = "/reports/new/"
ORDER = [
    "where",
    "when",
    "what",
    "children",
    "perpetrator",
    "source",
    "danger",
    "child",
    "attention",
    "patrol",
    "words",
]


@pytest.fixture
def officer(as_role) -> Client:
    return as_role(Role.UNPOL_OFFICER)


def page_of(client: Client, **query) -> str:
    return client.get(NEW, query).content.decode()


def chosen_area(page: str) -> list[str]:
    return re.findall(r'<option value="(QM\w+)"[^>]*selected', page)


def post_of(unmix) -> Post:
    return Post.objects.get(holdings__user=unmix.user(Role.UNPOL_OFFICER))


def test_every_question_of_the_form_is_on_the_page_once(officer):
    page = page_of(officer)
    asked = {name: len(re.findall(rf'name="{name}"', page)) for name in ReportForm.base_fields}
    # Which report it adds to is chosen before sending.
    assert [name for name, times in asked.items() if not times] == ["adds_to"]
    assert len(re.findall(r'name="girls_11_13"', page)) == 1


def test_the_questions_come_in_the_order_of_the_patrol_report(officer):
    assert re.findall(r'class="question" id="question-(\w+)"', page_of(officer)) == ORDER


def test_each_violation_and_concern_has_a_line_of_help_beside_its_box(officer):
    page = page_of(officer)
    assert {code for code, _label in HARMS} == set(HELP)
    for code, label in HARMS:
        box = re.search(
            rf'value="{code}"[^>]*aria-labelledby="(\S+)" aria-describedby="(\S+)"', page
        )
        assert f'id="{box.group(1)}">{label}<' in page
        assert f'id="{box.group(2)}">{HELP[code].replace(chr(39), "&#x27;")}<' in page


class TestMyArea:
    def test_the_one_district_of_the_officers_post_is_chosen_already(self, officer):
        page = page_of(officer)
        assert chosen_area(page) == ["QM0201"]
        assert re.search(r'<optgroup label="My area">\s*<option value="QM0201"', page)

    def test_of_several_none_is_chosen_and_they_stand_first(self, officer, unmix):
        post_of(unmix).areas.add(Area.objects.get(code="QM0302"))
        page = page_of(officer)
        assert chosen_area(page) == []
        own = re.search(r'<optgroup label="My area">(.*?)</optgroup>', page, re.S).group(1)
        assert re.findall(r'value="(\w+)"', own) == ["QM0201", "QM0302"]

    def test_the_districts_of_a_region_are_those_of_a_post_for_the_region(self, officer, unmix):
        region = Area.objects.get(code="QM0201").parent
        post_of(unmix).areas.set([region])
        own = re.search(r'<optgroup label="My area">(.*?)</optgroup>', page_of(officer), re.S)
        listed = re.findall(r'value="(\w+)"', own.group(1))
        assert listed == sorted(region.children.values_list("code", flat=True))

    def test_without_an_area_of_their_own_the_list_is_plain(self, officer, unmix):
        post_of(unmix).areas.clear()
        page = page_of(officer)
        assert chosen_area(page) == []
        assert "<optgroup" not in page.split("</select>")[0]

    def test_what_was_typed_comes_before_it(self, officer, unmix):
        draft = save_draft(
            owner=unmix.user(Role.UNPOL_OFFICER),
            typed={"uuid": ["7d444840-9dc0-11d1-b245-5ffdce74fad2"], "area": ["QM0101"]},
        )
        assert chosen_area(page_of(officer, draft=str(draft.uuid))) == ["QM0101"]

    def test_each_district_says_where_its_centre_is(self, officer):
        Area.objects.filter(code="QM0101").update(latitude="-78.42", longitude="67.85")
        assert 'value="QM0101" data-at="-78.42000,67.85000"' in page_of(officer)


def test_the_number_of_statements_does_not_grow_with_the_districts(officer, unmix):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            officer.get(NEW)
        return len(asked)

    statements()
    few = statements()
    parent = Area.objects.get(code="QM02")
    for number in range(50):
        Area.objects.create(
            mission=parent.mission, parent=parent, code=f"QM02X{number}", name=f"Place {number}"
        )
    assert statements() == few


def test_a_refused_answer_opens_the_fold_it_lies_in(officer):
    page = officer.post(NEW, {"action": "check", "latitude": "north"}).content.decode()
    folds = dict(
        re.findall(r'id="question-(\w+)".*?<details class="why more"( open|)>', page, re.S)
    )
    assert folds["where"] == " open"
    assert folds["when"] == ""


def test_what_the_browser_checks_by_itself_has_an_address_of_its_own(officer):
    assert 'data-rules="/reports/new/rules.json"' in page_of(officer)
    rules = officer.get("/reports/new/rules.json").json()
    assert sorted(rules) == ["checks", "note", "patterns"]


def test_the_checks_are_for_those_who_file(client):
    assert client.get("/reports/new/rules.json").status_code == 302


class TestTheMap:
    URL = "/reports/new/map.json"

    @pytest.fixture(autouse=True)
    def _centres(self, unmix):
        Area.objects.filter(code="QM0101").update(latitude="-78.42", longitude="67.85")
        Area.objects.filter(code="QM0201").update(latitude="-79.55", longitude="70.62")

    def test_an_officer_gets_the_land_around_the_missions_areas(self, officer):
        answer = officer.get(self.URL)
        west, south, east, north = answer.json()["box"]
        assert west < 67.85 < 70.62 < east
        assert south < -79.55 < -78.42 < north
        assert answer.json()["base"]["type"] == "FeatureCollection"

    def test_it_names_no_service_and_no_post(self, officer):
        features = officer.get(self.URL).json()["base"]["features"]
        assert {key for feature in features for key in feature["properties"]} <= {"code"}

    def test_it_is_asked_for_again_only_if_it_changed(self, officer):
        etag = officer.get(self.URL).headers["ETag"]
        assert officer.get(self.URL, headers={"if-none-match": etag}).status_code == 304

    def test_while_no_area_has_a_place_there_is_none(self, officer):
        Area.objects.update(latitude=None, longitude=None)
        assert officer.get(self.URL).status_code == 404

    def test_somebody_without_a_post_gets_none(self, client, unmix, django_user_model):
        assert client.get(self.URL).status_code == 302
        client.force_login(django_user_model.objects.create(username="new", name="New"))
        assert client.get(self.URL).status_code == 404
