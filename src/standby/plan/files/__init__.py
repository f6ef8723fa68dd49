"""Files of a plan's folder: text to cells, cells to columns, with what is wrong with the files."""
