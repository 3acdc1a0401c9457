"""The scorecard: a page per partner and an index of all, as files that need nothing but a browser.

`marts` reads, `partners` shapes, `figures`, `charts` and `wording` make markup, pictures and text of values, `pages`
renders and writes. No point is worked out here: what is shown is a column of a mart, or is counted or subtracted from
such columns in exact decimals.
"""
