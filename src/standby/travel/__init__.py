"""How many minutes from here to there."""
