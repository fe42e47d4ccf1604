"""Readers of places from other people's files and packages."""
