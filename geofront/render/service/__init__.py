"""A series as a web service: OGC API - Features, answered by pygeoapi from memory."""

from geofront.render.service.application import application
from geofront.render.service.serve import bound_socket, is_loopback, run, url_of

__all__ = ["application", "bound_socket", "is_loopback", "run", "url_of"]
