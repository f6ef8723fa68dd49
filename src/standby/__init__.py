"""Standby plans armed-response cover for a police service that is routinely unarmed."""
