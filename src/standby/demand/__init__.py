"""Where and when calls come."""
