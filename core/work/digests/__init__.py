"""What staff read on their schedule: the figures, what waits, what was said and by how many, and the digest itself."""
