"""Everything that finds faults in a plan, and notes on it."""
