"""The web process: `gunicorn portal.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from portal.celery import prepare_to_publish
from portal.checks import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
refuse_unsafe_settings()
application = get_wsgi_application()
prepare_to_publish()
# What is loaded by now stays: going through all of it again and again, as the collector would,
# takes a tenth of a second each time, in the middle of somebody's page.
gc.collect()
gc.freeze()
