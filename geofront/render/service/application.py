"""The WSGI application of a series: pygeoapi's own, configured, read only, without a network."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geofront.errors import DateError
from geofront.events.rights import refuse_restricted
from geofront.files.extras import needs
from geofront.render.gis.about import about
from geofront.render.gis.intervals import intervals
from geofront.render.gis.layers import chosen_layers
from geofront.render.layers import LAYERS
from geofront.render.service.configuration import PROVENANCE, configuration
from geofront.render.service.moments import asked_days
from geofront.render.service.table import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from types import ModuleType

    from geofront.control.series import Series

__all__ = ["application"]

_READING = {"GET", "HEAD", "OPTIONS"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WRITING_CLASS = "/conf/create-replace-delete"
# The pages have a style of their own, and else nothing but text and links.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
_MOST_TOLD = 300  # letters of a wrong value
_DATETIME = "#/components/parameters/datetime"


def application(
    series: Series,
    *,
    url: str = "http://127.0.0.1:5000",
    layers: Collection[str] = LAYERS,
    cors: str | None = None,
    any_host: bool = False,
) -> Any:  # noqa: ANN401 - a Flask, which is imported on use
    """Return a WSGI application that serves a series as OGC API - Features.

    All is drawn first and then stays in memory; requests change nothing, so any number of threads
    may serve it.

    Parameters
    ----------
    series
        The series.
    url
        The address of the service as its readers see it.
    layers
        Which layers, of `geofront.render.layers.LAYERS`; a collection each.
    cors
        The origin whose pages may read it in a browser, such as ``https://example.org``, or ``*``;
        None: those of no other.
    any_host
        Whether requests are answered whatever host they name. If not, they must name this machine
        or that of `url`: so a page from elsewhere can't reach a service on a loopback address by
        giving its own name that address.

    Returns
    -------
    flask.Flask
        For any WSGI server.

    Raises
    ------
    DataFaultsError
        If pygeoapi is not installed.
    UnknownNameError
        If there is no such layer.
    """
    refuse_restricted(series.timeline)
    chosen = chosen_layers(layers)
    with needs("pygeoapi", "serve", "the service"):
        import pygeoapi  # noqa: F401 - is it there?
    tables = [Table(layer, intervals(series, layer)) for layer in chosen]
    address = url.rstrip("/")
    settings = configuration(series, tables, url=address)
    module = _pygeoapi_with(settings)
    app = module.APP
    app.extensions["geofront"] = tables  # which are only lent to the configuration
    if not any_host:
        _answer_only(app, {*_LOOPBACK, urlsplit(address).hostname})
    _add_provenance(app, series)
    _mend_conformance(app, module, [table.layer.name for table in tables])
    _stay_read_only(app)
    _refuse_wrong_days(app)
    _set_headers(app, cors)
    return app


def _pygeoapi_with(settings: dict[str, Any]) -> ModuleType:
    """Return pygeoapi's module of its Flask application, run for a configuration.

    It reads files that are named by the environment when it is imported, and so serves one
    configuration a process. Here it is run anew, under no name, for each.
    """
    from importlib.util import find_spec, module_from_spec

    import yaml
    from pygeoapi.openapi import get_oas

    spec = find_spec("pygeoapi.flask_app")
    assert spec is not None
    assert spec.loader is not None
    with tempfile.TemporaryDirectory(prefix="geofront.") as name, _quiet_logging():
        told, openapi = Path(name) / "pygeoapi.yml", Path(name) / "openapi.json"
        # Quoted throughout: in plain texts pygeoapi would put variables of the environment for
        # what looks like ${NAME}, and titles are other people's.
        text = yaml.safe_dump(settings, default_style='"', allow_unicode=True, sort_keys=False)
        told.write_text(text, "utf-8")
        openapi.write_text(json.dumps(_with_datetime(get_oas(settings))), "utf-8")
        with _environment(PYGEOAPI_CONFIG=str(told), PYGEOAPI_OPENAPI=str(openapi)):
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
    return module


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    former = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """Keep pygeoapi from setting up the log of the whole process, which it leaves where it is."""
    root, none = logging.getLogger(), logging.NullHandler()
    root.addHandler(none)
    # It logs mistyped questions as errors with tracebacks, though its answers say it all; what
    # breaks while it answers is logged by Flask.
    logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)
    logging.getLogger("pygeoapi.flask_app").setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.removeHandler(none)


def _with_datetime(openapi: dict[str, Any]) -> dict[str, Any]:
    """Tell of `datetime`, which pygeoapi does only where one column is the time of a row."""
    for path, item in openapi["paths"].items():
        if path.endswith("/items"):
            parameters = item["get"]["parameters"]
            base = next(
                response["$ref"].partition("#")[0]
                for response in item["get"]["responses"].values()
                if "ogcapi-features-1" in response["$ref"]
            )
            parameters.append({"$ref": f"{base}{_DATETIME}"})
    return openapi


def _add_provenance(app: Any, series: Series) -> None:  # noqa: ANN401 - a Flask
    told = json.dumps(about(series), ensure_ascii=False, allow_nan=False, indent=1)

    def provenance() -> Any:  # noqa: ANN401 - a response of Flask
        return app.response_class(told + "\n", mimetype="application/json")

    app.add_url_rule(f"/{PROVENANCE}", PROVENANCE, provenance)


def _mend_conformance(app: Any, module: ModuleType, collections: list[str]) -> None:  # noqa: ANN401
    """Declare what holds: pygeoapi says of every collection that it can be written to.

    It also adds the classes to a list of the module at every request, which grows without end.
    """
    from pygeoapi.api import CONFORMANCE_CLASSES, F_HTML
    from pygeoapi.api.itemtypes import CONFORMANCE_CLASSES_FEATURES
    from pygeoapi.util import render_j2_template, to_json

    features = CONFORMANCE_CLASSES_FEATURES if collections else []
    every = {*CONFORMANCE_CLASSES, *features}
    told = {"conformsTo": sorted(c for c in every if not c.endswith(_WRITING_CLASS))}

    def conformance(api: Any, request: Any) -> tuple[dict[str, str], int, str]:  # noqa: ANN401
        headers = request.get_response_headers(**api.api_headers)
        if request.format != F_HTML:
            return headers, 200, to_json(told, api.pretty_print)
        templates = api.config["server"]["templates"]
        page = render_j2_template(
            api.tpl_config, templates, "conformance.html", told, request.locale
        )
        return headers, 200, page

    app.view_functions["pygeoapi.conformance"] = lambda: module.execute_from_flask(
        conformance, module.request
    )


def _answer_only(app: Any, hosts: set[str | None]) -> None:  # noqa: ANN401 - a Flask
    """Refuse requests to other hosts; Flask's own check knows no address of IPv6."""
    from flask import request

    def refuse() -> tuple[dict[str, str], int] | None:
        try:
            named = urlsplit(f"//{request.headers.get('Host', '')}").hostname
        except ValueError:
            named = None
        if named is not None and named in hosts:
            return None
        return {"code": "InvalidHost", "description": "this service has another name"}, 400

    app.before_request(refuse)


def _stay_read_only(app: Any) -> None:  # noqa: ANN401 - a Flask
    from flask import request

    def refuse() -> tuple[dict[str, str], int, dict[str, str]] | None:
        if request.method in _READING:
            return None
        told = {"code": "MethodNotAllowed", "description": "this service is read only"}
        return told, 405, {"Allow": ", ".join(sorted(_READING))}

    app.before_request(refuse)


def _refuse_wrong_days(app: Any) -> None:  # noqa: ANN401 - a Flask
    """Refuse a wrong `datetime` before pygeoapi reads it, which fails at a year of many digits."""
    from flask import request

    def refuse() -> tuple[dict[str, str], int] | None:
        if not request.path.endswith("/items"):
            return None
        try:
            for text in filter(None, request.args.getlist("datetime")):
                asked_days(text)
        except DateError as error:
            return {"code": "InvalidParameterValue", "description": str(error)[:_MOST_TOLD]}, 400
        return None

    app.before_request(refuse)


def _set_headers(app: Any, cors: str | None) -> None:  # noqa: ANN401 - a Flask
    from flask import request
    from werkzeug.datastructures import Headers

    def add(response: Any) -> Any:  # noqa: ANN401 - a response of Flask
        response.headers = Headers(response.headers)  # pygeoapi leaves a plain dictionary there
        of_items = "/items" in request.path and response.status_code == 200  # noqa: PLR2004
        if of_items and response.mimetype == "application/json":
            response.headers["Content-Type"] = "application/geo+json"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers.pop("X-Powered-By", None)
        if cors:
            response.headers["Access-Control-Allow-Origin"] = cors
            response.headers["Access-Control-Expose-Headers"] = "Content-Crs, Link"
            if cors != "*":
                response.vary.add("Origin")
        return response

    app.after_request(add)
