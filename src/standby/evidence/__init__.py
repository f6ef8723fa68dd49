"""What was said, by whom, and how sure it is: figures, sources and the register of both."""
