"""The sub-commands of `python main.py`, each built from the parts that main.py hands over."""
