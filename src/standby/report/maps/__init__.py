"""Maps: of minutes by area, and of what is reached over roads."""
