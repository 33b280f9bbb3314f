"""What a question asks for: people, shows, days, manner, subjects. Pure."""
