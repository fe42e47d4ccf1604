"""Lets ``python -m geofront`` do what ``geofront`` does."""

from geofront.cli import main

main()
