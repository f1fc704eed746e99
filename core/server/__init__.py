"""The HTTP side of the app, beside the pages: health, safety at the door, warm-up, and the start itself."""
