"""skillmatch: from a newcomer's words to ESCO skills, shortage vacancies and mentors, each with its reasons."""

__version__ = "0.1.0"
