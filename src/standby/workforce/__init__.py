"""Can it be staffed: posts, officers, courses and the years to a target."""
