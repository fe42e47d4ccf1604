"""Events: dated, sourced statements about places, and how they are read."""
