"""django-helpdesk beside the portal: its own environment, its own schema, the same server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from contextlib import closing
from pathlib import Path

import environ
import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".data" / "helpdesk"
REQUIREMENTS = ROOT / "benchmarks" / "helpdesk" / "requirements.txt"
SCHEMA = "helpdesk"


def measure_peer(number: int) -> dict[str, list[float]]:
    """Seconds of each asking of its pages, with so many tickets.

    Raises CalledProcessError where it cannot be installed or a page does not answer.
    """
    python = _installed()
    owner = _owner()
    _empty_schema(owner)
    answer = subprocess.run(  # noqa: S603 - our own module
        [str(python), "-W", "ignore", "-m", "benchmarks.helpdesk", str(number)],
        cwd=ROOT,
        env=_environment(owner),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(answer.stdout)


def _installed() -> Path:
    """Its Python; installed once."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS)]
        subprocess.run(pip, check=True, stdout=sys.stderr)  # noqa: S603 - pinned packages
    return python


def _owner() -> dict[str, str]:
    found = environ.Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
    names = {"host": "HOST", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return {name: str(found[key]) for name, key in names.items()}


def _empty_schema(owner: dict[str, str]) -> None:
    name = sql.Identifier(SCHEMA)
    with closing(psycopg2.connect(**owner)) as connection, connection:
        cursor = connection.cursor()
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(name))


def _environment(owner: dict[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-a-benchmark",
        "PEER_SCHEMA": SCHEMA,
        "PEER_DATABASE": owner["dbname"],
        "PEER_HOST": owner["host"],
        "PEER_USER": owner["user"],
        "PEER_PASSWORD": owner["password"],
    }
