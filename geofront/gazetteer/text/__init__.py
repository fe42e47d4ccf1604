"""Places in texts: what sources write, from phrases to whole reports."""
