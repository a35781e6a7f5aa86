"""One person's side of the conversation: their turns, what is theirs, and the moments they chose."""
