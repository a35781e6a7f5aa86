"""What is known of words before anybody has written: endings, small words, vectors, and which are near."""
