"""The organisers' pages: behind a sign-in, for one partner's staff, never inside another site's page."""
