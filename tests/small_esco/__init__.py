"""A small ESCO for tests: 20 skills, 11 occupations and their groups in Arabic, Dutch and English, in our own words.

``concepts.py`` holds the data, ``build.py`` writes it in the file layouts of ESCO 1.0.3, 1.1.1 and 1.2.0. Nothing in it
is copied from ESCO; the URIs are made up.
"""
