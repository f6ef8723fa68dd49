"""What it costs and who pays: money only."""
