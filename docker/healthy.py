"""Health of one container, for Docker: `healthy.py web` or `healthy.py dispatch`.

Exit code 0 is healthy. Loads neither Django nor the portal, since it runs every half minute.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

PORT = 8000
# Seconds. The dispatcher beats every second, and between messages, which take 15 at most.
SILENT_AFTER = 60
BEATS = (
    "SELECT count(*) FROM referrals_heartbeat "
    "WHERE name = 'dispatch' AND at > now() - make_interval(secs => %s)"
)


def web(port: int = PORT) -> str:
    """Why the web process is not ready, or an empty string."""
    # Any of the portal's names: a request under another one is refused.
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].removeprefix(".")
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return f"no answer: {type(error).__name__}"
    finally:
        connection.close()
    return "" if status == 200 else f"answer {status}"


def dispatch() -> str:
    """Why the dispatcher is not alive, or an empty string."""
    import psycopg2

    try:
        connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=5)
    except psycopg2.OperationalError:
        return "no database"
    with connection, connection.cursor() as cursor:
        cursor.execute(BEATS, [SILENT_AFTER])
        (beats,) = cursor.fetchone()
    connection.close()
    return "" if beats else f"no sign of life for {SILENT_AFTER} seconds"


CHECKS = {"web": web, "dispatch": dispatch}

if __name__ == "__main__":
    sys.exit(CHECKS[sys.argv[1]]() or 0)
