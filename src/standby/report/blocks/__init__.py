"""What a page is made of, and the tables that several sections share."""
