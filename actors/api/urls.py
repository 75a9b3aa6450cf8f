"""The directory under `/api/v1/directory/`."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from actors.api import resources
from actors.api.hsds import HsdsView
from actors.api.resolving import ResolveView

KINDS = {
    "missions": resources.Missions,
    "areas": resources.Areas,
    "organizations": resources.Organizations,
    "services": resources.Services,
    "locations": resources.Locations,
    "posts": resources.Posts,
    "people": resources.People,
    "holdings": resources.Holdings,
    "shifts": resources.Shifts,
    "leave": resources.Leaves,
    "contacts": resources.Contacts,
    "pathways": resources.Pathways,
    "bodies": resources.Bodies,
    "meetings": resources.Meetings,
    "documents": resources.Documents,
    "activities": resources.Activities,
    "relations": resources.Relations,
    "handovers": resources.Handovers,
}

router = SimpleRouter(use_regex_path=False)
for name, kind in KINDS.items():
    router.register(name, kind, basename=f"api-{name}")

urlpatterns = [
    path("resolve/", ResolveView.as_view(), name="api-resolve"),
    path("hsds/", HsdsView.as_view(), name="api-hsds"),
    *router.urls,
]
