"""What planning and sending ask about one push: for whom, in which draw, paid how, and whether it may still go."""
