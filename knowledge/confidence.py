"""PROVISIONAL, to be replaced whole."""
ANSWERED_FROM = 0.5
