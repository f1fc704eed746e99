"""Ways to find out what an answer rests on. Pictures are uint8 (H, W, 3), maps are float32, boxes are in pixels."""
