"""Siting of a plan: its arrays, what may be asked of it, and what the answer says."""
