"""A database as the shared store of a team: PostGIS, or a GeoPackage on one's own disk.

The statements of conflicts, and the maps drawn of them, stand in the same tables in both. Every
row knows when it was stored; what replaced it does not erase it.
"""
