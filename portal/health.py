"""Health answers for load balancers and watchdogs. They carry no case facts."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from referrals.notifications import watch


@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers; 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


@never_cache
def delivery(request: HttpRequest) -> JsonResponse:
    """503 when a message waits too long, or the dispatcher is silent (docs/delivery.md).

    One word only: how many messages there are is nobody's business outside.
    """
    word = watch.state()["status"]
    return JsonResponse({"status": word}, status=200 if word == "ok" else 503)
