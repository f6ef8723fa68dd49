"""The siting models on arrays, one a file, named as the model."""
