"""Child processes: start, lock up, talk, limit, keep warm. What runs inside one is core.inside."""
