"""Where files may lie in tests: the local folder, or an S3-compatible store on this machine."""

import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from app.documents.gateway import store


@pytest.fixture
def change_settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change settings of the installation for one test."""

    def change(**values: Any) -> None:
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **values))

    return change


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """An S3-compatible store on a free port of this machine, with one bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/held", method="PUT"), timeout=10).close()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def either_store(
    request: pytest.FixtureRequest, change_settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The installation with its files in a folder, and once more with them in the S3-compatible store."""
    if request.param == "s3":
        for name, value in {
            "AWS_ENDPOINT_URL": request.getfixturevalue("s3"), "AWS_ACCESS_KEY_ID": "test", "AWS_REGION": "us-east-1",
            "AWS_SECRET_ACCESS_KEY": "test",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        change_settings(files_url="s3://held/files")
    yield request.param
    store._opened.cache_clear()
