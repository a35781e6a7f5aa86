"""What reaches or identifies a person, one file a family of rules; nlp/masking.py puts them together."""
