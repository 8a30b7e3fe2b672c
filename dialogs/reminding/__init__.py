"""What the dialogs about reminders share: the wish as it was said, and how it is told."""
