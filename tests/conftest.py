"""What every test shares: nothing but a known amount of exploration.

Hypothesis is told not to fail a test for being slow (the machine is shared, and no test asserts a time). `make test
ARGS=--hypothesis-profile=deep` explores ten times as far.
"""

import hypothesis

hypothesis.settings.register_profile("usual", deadline=None, print_blob=True)
hypothesis.settings.register_profile("deep", parent=hypothesis.settings.get_profile("usual"), max_examples=1000)
hypothesis.settings.load_profile("usual")
