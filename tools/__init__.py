"""What the Makefile runs on the project itself. The program knows nothing of it."""
