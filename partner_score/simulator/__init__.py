"""Scores a list of changes on the last scored month of a built warehouse, without building it again.

`state.py` loads what the scores are made of, `changes.py` says what a change is, and `engine.py` judges. `actions.py`
reads recommendations as changes, and `plan.py` finds the fewest that reach the designation.
"""
