"""GeoJSON by the day and of the whole series, in the form of RFC 7946."""
