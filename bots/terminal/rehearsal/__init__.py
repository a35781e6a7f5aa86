"""The campaign played in advance: simulated neighbours, a clock that does not wait, and the real program between."""
