"""Files that GIS programs open: GeoPackage, GeoParquet, FlatGeobuf, Shapefile, KML and others."""

from geofront.render.gis.frames import interval_frame, interval_frames
from geofront.render.gis.geopackage import write_gpkg
from geofront.render.gis.kepler import write_kepler
from geofront.render.gis.kml import write_kml
from geofront.render.gis.layers import LAYERS
from geofront.render.gis.parquet import write_parquet
from geofront.render.gis.topojson import write_topojson
from geofront.render.gis.vector import write_flatgeobuf, write_shapefile

__all__ = [
    "LAYERS",
    "interval_frame",
    "interval_frames",
    "write_flatgeobuf",
    "write_gpkg",
    "write_kepler",
    "write_kml",
    "write_parquet",
    "write_shapefile",
    "write_topojson",
]
