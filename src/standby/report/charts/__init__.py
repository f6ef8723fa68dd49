"""Charts, and the look that they share."""
