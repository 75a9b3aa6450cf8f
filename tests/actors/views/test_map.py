"""The map's page: the list, the base map, and a mission's own map."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import MissionMap
from actors.roles import Role
from tests.factories import AreaFactory, OrganizationFactory, PostFactory, PostHoldingFactory

pytestmark = pytest.mark.django_db

PAGE, BASE, OWN = "/directory/map/", "/directory/map/base.json", "/directory/map/own/"
SQUARE = [[[20, 5], [21, 5], [21, 6], [20, 6], [20, 5]]]


@pytest.fixture
def placed(mission, region):
    return AreaFactory(parent=region, code="QM0201", latitude="4.36", longitude="18.55")


def feature(code="QM0201", kind="Polygon", coordinates=SQUARE, **more) -> dict:
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"code": code}, "geometry": shape} | more


def upload(page, *features, source="Cartography, 2026", content: bytes | None = None):
    told = {"type": "FeatureCollection", "features": features}
    file = SimpleUploadedFile("map.geojson", content or json.dumps(told).encode())
    return page.post(OWN, {"file": file, "source": source})


def test_the_list_says_the_worst_gap_of_each_area(admin_pages, placed, mission):
    PostHoldingFactory(post__role=Role.WHO, post__organization__mission=mission)
    (row,) = admin_pages.get(PAGE).context["rows"]
    assert (row["place"].code, row["css"], row["centre"]) == ("QM0201", "nobody", (18.55, 4.36))
    (row,) = admin_pages.get(PAGE, {"what": "WHO"}).context["rows"]
    assert (row["css"], str(row["words"])) == ("covered", "Covered")


def test_a_role_that_is_none_is_refused(admin_pages, placed):
    page = admin_pages.get(PAGE, {"what": "UNPOL_SUPERVISOR"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["what"])


def test_the_base_map_is_kept_until_it_changes(admin_pages, placed):
    first = admin_pages.get(BASE)
    assert first.headers["Content-Type"] == "application/geo+json"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert len(first.json()["features"]) >= 2
    again = admin_pages.get(BASE, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    assert again.status_code == 304
    placed.longitude = "30.0"
    placed.save()
    assert admin_pages.get(BASE, HTTP_IF_NONE_MATCH=first.headers["ETag"]).status_code == 200


def test_without_places_there_is_no_map_but_a_list(admin_pages, district):
    page = admin_pages.get(PAGE)
    assert page.context["box"] is None
    assert len(page.context["rows"]) == 1
    assert b"No area has a place yet" in page.content
    assert admin_pages.get(BASE).status_code == 404


def test_a_missions_own_map_replaces_the_base_map_and_can_go_again(admin_pages, placed):
    assert upload(admin_pages, feature()).status_code == 302
    page = admin_pages.get(PAGE)
    assert page.context["source"] == "Cartography, 2026"
    assert page.context["box"].east > 21
    assert admin_pages.get(BASE).json()["features"] == [feature()]
    assert upload(admin_pages, feature(), source="Newer").status_code == 302
    assert MissionMap.objects.get().source == "Newer"
    admin_pages.post("/directory/map/own/remove/")
    assert not MissionMap.objects.exists()
    assert admin_pages.post("/directory/map/own/remove/").status_code == 302


def test_only_codes_and_coordinates_are_kept(admin_pages, placed):
    loud = feature(id="<script>", style="x")
    loud["properties"]["name"] = "A witness"
    upload(admin_pages, loud)
    assert MissionMap.objects.get().geojson["features"] == [feature()]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"var map = 1", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"\xff\xfe", "not in UTF-8"),
        (b'{"type": "Feature"}', "a FeatureCollection is wanted"),
        (b'{"type": "FeatureCollection", "features": []}', "no feature"),
        (b" " * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_map_is_refused_whole(admin_pages, placed, content, says):
    page = upload(admin_pages, content=content)
    assert page.status_code == 422
    assert says in page.context["form"].errors["file"][0]
    assert not MissionMap.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (feature("QM7777"), "QM7777"),
        (feature(code=None), "no property “code”"),
        (feature(kind="LineString", coordinates=[[1, 2], [3, 4]]), "only Polygon"),
        (feature(coordinates=[[[20, 5], [21, 5], [20, 5]]]), "fewer than four"),
        (feature(coordinates=[[[20, 5], [21, 5], [21, 6], [20, 6]]]), "does not close"),
        (feature(kind="Point", coordinates=[181, 5]), "between -180 and 180"),
        (feature(kind="Point", coordinates=[18, float("nan")]), "between -180 and 180"),
        (feature(kind="Point", coordinates=["18", 5]), "between -180 and 180"),
        (feature(kind="Point", coordinates=[18]), "its kind of shape"),
        (feature(kind="MultiPolygon", coordinates=SQUARE), "its kind of shape"),
        (feature(coordinates=None), "its kind of shape"),
    ],
)
def test_a_wrong_feature_is_named(admin_pages, placed, wrong, says):
    page = upload(admin_pages, feature(), wrong)
    assert page.status_code == 422
    assert says in page.context["form"].errors["file"][0]


def test_a_source_is_asked_for(admin_pages, placed):
    page = upload(admin_pages, feature(), source="")
    assert list(page.context["form"].errors) == ["source"]


def test_only_administrators_change_the_map(as_role):
    assert as_role(Role.CPA).get(PAGE).status_code == 200
    assert as_role(Role.CPA).get(OWN).status_code == 404
    assert as_role(Role.CPA).post("/directory/map/own/remove/").status_code == 404


def test_the_number_of_statements_stays_the_same(admin_pages, mission, region):
    counted = []
    for more in (1, 2, 47):
        for _ in range(more):
            area = AreaFactory(parent=region, latitude="4", longitude="18")
            organization = OrganizationFactory(mission=mission)
            PostHoldingFactory(post=PostFactory(organization=organization, areas=[area]))
        with CaptureQueriesContext(connection) as asked:
            admin_pages.get(PAGE)
        counted.append(len(asked))
    assert counted == [counted[0]] * 3
