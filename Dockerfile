# The playground for a server. Every command below is one that `make install`, `make health` or `make run` runs as well.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /playground
COPY tools/install.py tools/health.py tools/
COPY requirements.txt ./
RUN python3 tools/install.py requirements.txt

COPY .streamlit/config.toml .streamlit/
COPY app.py ./
COPY pages/ pages/
COPY playground/ playground/

# PORT is what the server listens on; BASE_PATH is the prefix that a proxy puts before its paths, for example `grad`.
ENV PORT=8501 \
    BASE_PATH= \
    HOME=/tmp \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    STREAMLIT_SERVER_ENABLE_CORS=true \
    STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=true \
    STREAMLIT_BROWSER_GATHER_USAGE_STATS=false \
    STREAMLIT_CLIENT_SHOW_ERROR_DETAILS=none \
    STREAMLIT_CLIENT_TOOLBAR_MODE=viewer

# The files above belong to root: the server can read them and not change them.
USER 1000:1000
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD .venv/bin/python tools/health.py /_stcore/health
CMD .venv/bin/python -m streamlit run app.py --server.headless true --server.port "$PORT" --server.baseUrlPath "$BASE_PATH"
