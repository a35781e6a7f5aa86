"""What is said to a person, before it has words: keys, values and buttons, each message in one place."""
