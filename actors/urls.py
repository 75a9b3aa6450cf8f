"""The directory's own pages. All else is kept in its tables (`/admin/`)."""

from django.urls import path  # noqa: F401 - the pages follow

urlpatterns = []
