"""Every address of the portal. None carries a case fact."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from portal import errors, health, languages

urlpatterns = [
    # Addresses are kept by administrators, in the directory.
    path("accounts/email/", errors.closed),
    path("accounts/", include("allauth.urls")),
    path("i18n/", languages.choose, name="choose-language"),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("health/delivery", health.delivery, name="health-delivery"),
    path("api/v1/directory/", include("actors.api.urls")),
    path("api/v1/", include("referrals.api.urls")),
    path("directory/", include("actors.urls")),
    path("", include("referrals.urls")),
]

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("portal.demo.urls")))
