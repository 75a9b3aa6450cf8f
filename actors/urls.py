"""The directory's own pages. All else is kept in its tables (`/admin/`)."""

from django.urls import path

from actors.views import (
    documents,
    entries,
    gaps,
    hsds,
    meetings,
    my_contacts,
    pathways,
    relations,
    rosters,
    search,
)
from actors.views import map as map_pages
from actors.views.exports import export, export_found
from actors.views.imports import (
    apply_import,
    drop_import,
    import_sample,
    imports,
    show_import,
)

urlpatterns = [
    path("", search.directory, name="directory"),
    path("organizations/<uuid:public_id>/", entries.organization, name="organization"),
    path("services/<uuid:public_id>/", entries.service, name="service"),
    path("<slug:kind>/<uuid:public_id>/contacts/", entries.show_contacts, name="show-contacts"),
    path("export/hsds.json", hsds.export_file, name="export-hsds"),
    path("contacts/", my_contacts.my_contacts, name="my-contacts"),
    path("contacts/read/", my_contacts.contacts_read, name="contacts-read"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<uuid:uuid>/file/", documents.document_file, name="document-file"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<uuid:uuid>/file/", meetings.meeting_file, name="meeting-file"),
    path("pathways/", pathways.pathways, name="pathways"),
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/to-do/", gaps.to_do, name="gaps-to-do"),
    path("map/", map_pages.show_map, name="directory-map"),
    path("map/base.json", map_pages.map_base, name="map-base"),
    path("map/own/", map_pages.own_map, name="own-map"),
    path("map/own/remove/", map_pages.drop_map, name="drop-map"),
    path("relations/", relations.relations, name="relations"),
    path("rosters/", rosters.list_rosters, name="rosters"),
    path("rosters/<uuid:post>/", rosters.show_roster, name="roster"),
    path("rosters/<uuid:post>/shifts/", rosters.add_shift, name="add-shift"),
    path("rosters/<uuid:post>/rules/", rosters.add_series, name="add-weekly-rule"),
    path(
        "rosters/<uuid:post>/rules/<uuid:series>/remove/",
        rosters.remove_series,
        name="remove-series",
    ),
    path("rosters/<uuid:post>/leave/", rosters.add_leave, name="add-leave"),
    path(
        "rosters/<uuid:post>/leave/<uuid:leave>/remove/", rosters.remove_leave, name="remove-leave"
    ),
    path("rosters/shifts/<uuid:shift>/remove/", rosters.remove_shift, name="remove-shift"),
    path("imports/", imports, name="imports"),
    path("imports/template/<slug:kind>.<slug:form>", import_sample, name="import-sample"),
    path("imports/<uuid:uuid>/", show_import, name="import"),
    path("imports/<uuid:uuid>/apply/", apply_import, name="import-apply"),
    path("imports/<uuid:uuid>/discard/", drop_import, name="import-discard"),
    path("export/found/<slug:kind>.<slug:form>", export_found, name="export-found"),
    path("export/<slug:kind>.<slug:form>", export, name="directory-export"),
]
