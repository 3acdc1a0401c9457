"""Proves that every engine gives the same answers as DuckDB: `make parity`."""
