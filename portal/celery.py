"""The Celery application: an accelerator for the outbox and the home of timed sweeps."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["actors", "referrals"])


@beat_init.connect
@worker_init.connect
def refuse_to_start_unsafely(**event: object) -> None:
    """End a worker or beat that would run on an unsafe setting (`portal.checks`)."""
    from portal.checks import refuse_unsafe_settings  # reads the settings: not for every import

    refuse_unsafe_settings()


def prepare_to_publish() -> None:
    """Load what publishing needs before the first request.

    A cold first poke takes longer than the broker's time-out, and an officer would wait for it.
    """
    app.finalize(auto=True)
    app.connection_for_write().transport  # noqa: B018 - reading it loads the transport
