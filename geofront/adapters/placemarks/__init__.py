"""Placemarks: points, lines and areas with a name, as KML, KMZ, GeoJSON and GPX have them."""

from geofront.adapters.placemarks.reader import Placemarks, read_placemarks

__all__ = ["Placemarks", "read_placemarks"]
