"""What many texts say together: near duplicates, phrases and examples of a topic, new themes."""
