"""How often nobody is free: the mathematics."""
