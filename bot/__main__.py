"""`python -m bot` is `citybot`."""

from bot.cli import main

main()
