"""What planning and sending ask about one push: for whom, in which draw, paid how, and whether it may still go; and who
would get each step, shown beforehand."""
