"""Which option: every option over the same draws of the doubt."""
