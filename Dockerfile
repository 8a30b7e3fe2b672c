# Citybot as a small image: built with the locked versions, run by nobody in particular.
FROM python:3.11-slim-trixie AS build
WORKDIR /build
COPY requirements.lock ./
# Fetched by the lock's hashes; installed below from these files and nothing else.
RUN pip download --quiet --require-hashes --no-deps -r requirements.lock -d /wheels
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY bot bot
COPY adapters adapters
COPY dialogs dialogs
COPY knowledge knowledge
COPY locales locales
RUN python -m venv /citybot \
 && /citybot/bin/pip install --quiet --no-cache-dir --no-index --find-links /wheels .

FROM python:3.11-slim-trixie
# For `citybot db backup` and `restore` on PostgreSQL; as old as the server in docker-compose.yml.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends postgresql-client-17 \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home citybot && install -d -o citybot /data
COPY --from=build /citybot /citybot
ENV PATH=/citybot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CITYBOT_DATA_DIR=/data \
    CITYBOT_HOST=0.0.0.0 \
    PORT=8080
USER citybot
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/livez', timeout=2)"]
CMD ["citybot", "run"]
