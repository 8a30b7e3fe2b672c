"""The pages of polls: all of them, one with its result and its files, and receipts."""
