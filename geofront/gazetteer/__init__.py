"""Places: names in sources to positions on the map."""
