"""How it moves: every byte that crosses the border of the process."""
