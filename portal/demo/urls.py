"""Addresses that exist in demo mode only."""

from django.urls import path

from portal.demo import views

urlpatterns = [
    path("mail/", views.mailbox, name="demo-mail"),
    path("mail/<str:name>", views.message, name="demo-message"),
]
