"""The evaluation on paper and on the screen: the report, and the one-page note."""
