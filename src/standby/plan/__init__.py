"""What the planner wrote: the plan folder, its schema, its faults and its options."""
