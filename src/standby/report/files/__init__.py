"""Files: tables, workbook and map layers, and the folder that they are written into whole."""
