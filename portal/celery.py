"""The Celery application: an accelerator for the outbox and the home of timed sweeps."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["referrals"])


@beat_init.connect
@worker_init.connect
def refuse_to_start_unsafely(**event: object) -> None:
    """End a worker or beat that would run on an unsafe setting (`portal.checks`)."""
    from portal.checks import refuse_unsafe_settings  # reads the settings: not for every import

    refuse_unsafe_settings()
