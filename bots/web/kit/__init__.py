"""The invitation kit of a source: what carries a consultation to those who were not reached yet."""
