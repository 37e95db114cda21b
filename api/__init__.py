"""The web edge: JSON under ``/api/v1``. It parses, calls one use case and shows the answer; no rule lives here."""
