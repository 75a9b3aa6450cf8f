"""The web process: `gunicorn portal.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from portal.celery import prepare_to_publish
from portal.checks import refuse_unsafe_settings
from portal.memory import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
refuse_unsafe_settings()
application = get_wsgi_application()
prepare_to_publish()
keep_what_is_loaded()
