"""Who is reached, by how many, how soon; and what would meet the standard."""
