"""The records: the only SQL. Values go in and come out, no row leaves; every change carries its audit row."""
