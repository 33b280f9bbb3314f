"""What is known of topics and people: use cases, values, and statements counted by voice."""
