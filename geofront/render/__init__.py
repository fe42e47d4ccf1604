"""Rendering: maps and files made of a series."""
