"""What values show of themselves in a notebook."""
