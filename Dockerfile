# The portal for a server. README.md, "Deploying", says how to run it; docker-compose.yml does.
# Holds no secret: every setting comes from the environment when a container starts.

FROM python:3.11-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements-server.lock /tmp/
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements-server.lock

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings \
    STATIC_ROOT=/srv/static \
    STATIC_STORAGE=whitenoise.storage.CompressedManifestStaticFilesStorage
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent portal
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/portal
COPY . .
# Hashes and compresses every static file once; asks for no secret and no database.
RUN python -m compileall -q . \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && chmod -R a+rX /srv
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "docker/healthy.py", "web"]
# --preload: an unsafe setting ends the container with its line, and is loaded once for all.
# How many processes: WEB_CONCURRENCY.
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--preload", \
     "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", \
     "--graceful-timeout", "20", "--no-control-socket"]
