"""The toy in Gradio: the same inputs, the same classifier, its own label widget. `python gradio_app.py PORT`."""

import sys

import gradio as gr
from classifier import classify


def answer(text: str, sharpness: float, runs: int) -> tuple[dict[str, float], str, int]:
    return classify(text, sharpness), f"answer {runs + 1}", runs + 1


with gr.Blocks(title="Moods", analytics_enabled=False) as demo:
    gr.Markdown("# Moods")
    text = gr.Textbox("The cat sleeps on the sofa.", label="Text")
    sharpness = gr.Slider(0.0, 1.0, 0.5, label="Sharpness")
    button = gr.Button("Run", elem_id="run")
    label = gr.Label()
    count = gr.Markdown(elem_id="answer")
    runs = gr.State(0)
    # Gradio shows a progress bar over what is being computed; without it a click is drawn sooner.
    button.click(answer, [text, sharpness, runs], [label, count, runs], show_progress="hidden")

if __name__ == "__main__":
    demo.queue(default_concurrency_limit=20)  # as many at once as there are sessions; the default is one
    demo.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True)
