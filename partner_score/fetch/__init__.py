"""Fetches the exports from the Partner Center insights API into the folder that the intake reads."""
