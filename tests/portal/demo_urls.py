"""The portal's addresses as in demo mode."""

from django.urls import include, path

from portal.urls import urlpatterns as portal_urls

urlpatterns = [path("demo/", include("portal.demo.urls")), *portal_urls]
