"""What the dialogs about events share: finding, telling, asking, agreeing."""
