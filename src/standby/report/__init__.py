"""Say it: tables, pictures and pages, in a public and an internal edition."""
