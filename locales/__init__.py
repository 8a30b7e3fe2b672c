"""The catalogues of what we say: gettext, one folder a language."""
