"""What staff are shown, in Slack, by e-mail and on the pages: which sentence stands where. Only values in."""
