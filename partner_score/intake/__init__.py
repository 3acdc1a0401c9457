"""Turns the files that people really have into the rows that dbt reads."""
