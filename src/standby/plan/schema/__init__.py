"""What a plan may say: the document, its tables, their fields, hours and figures."""
