"""Pages: the report with its sections, the page of a siting, the page of a fit."""
