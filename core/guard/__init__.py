"""What makes an answer impossible or suspicious: one file per check, run on every answer inside the model's process."""
