"""Control: who holds what on each day, as status, areas and front lines."""
