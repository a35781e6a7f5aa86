"""What is measured of texts: masks, languages, near duplicates. `python -m tests.bench.text` prints the figures."""
