"""django-helpdesk beside the portal: its own environment, its own database, the same server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import environ
import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".data" / "helpdesk"
REQUIREMENTS = ROOT / "benchmarks" / "helpdesk" / "requirements.txt"
DATABASE = "helpdesk"


def measure_peer(number: int) -> dict[str, list[float]]:
    """Seconds of each asking of its pages, with so many tickets.

    Raises CalledProcessError where it cannot be installed or a page does not answer.
    """
    python = _installed()
    owner = _owner()
    _empty_database(owner)
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


def _empty_database(owner: dict[str, str]) -> None:
    with psycopg2.connect(**owner) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            name = sql.Identifier(DATABASE)
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))


def _environment(owner: dict[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-a-benchmark",
        "PEER_DATABASE": DATABASE,
        "PEER_HOST": owner["host"],
        "PEER_USER": owner["user"],
        "PEER_PASSWORD": owner["password"],
    }
