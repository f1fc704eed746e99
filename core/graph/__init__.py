"""A model as a picture a beginner can read: its steps, grouped, laid out and labelled. Nothing is executed."""
