"""What the models are solved with: own searches, compiled loops, reductions, HiGHS, the clock of a call."""
