"""What dialogs and staff may do: each service is bound to one transaction and commits nothing."""
