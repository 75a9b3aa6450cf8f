"""The portal's settings, database and all, with only what its models and a sign-in need."""

from portal.settings import *  # noqa: F403

INSTALLED_APPS = [
    "actors",
    "referrals",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "guardian",
    "pgtrigger",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
ROOT_URLCONF = "benchmarks.bare.urls"
