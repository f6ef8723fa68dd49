"""Times over real roads: road files, profiles, times, reasons, isochrones, patrol areas."""
