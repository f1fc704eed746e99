// Two pictures on top of each other with a divider to drag: mouse, touch, and arrow keys.
export default function ({ data, parentElement }) {
  const frame = parentElement.querySelector(".frame");
  for (const side of ["before", "after"]) {
    const picture = frame.querySelector("img." + side);
    if (picture.src !== data[side]) picture.src = data[side];
    frame.querySelector(".tag." + side).textContent = data.names[side];
  }
  frame.setAttribute("aria-label", data.title);
  frame.classList.toggle("checkered", Boolean(data.checkered));
  const move = (place) => {
    frame.place = Math.max(0, Math.min(100, place));
    frame.style.setProperty("--place", frame.place + "%");
    frame.setAttribute("aria-valuenow", Math.round(frame.place));
    frame.setAttribute("aria-valuetext", Math.round(frame.place) + " % before");
  };
  move(frame.place ?? 50);
  const under = (event) => {
    const box = frame.getBoundingClientRect();
    return (100 * (event.clientX - box.left)) / box.width;
  };
  frame.onpointerdown = (event) => { frame.setPointerCapture(event.pointerId); frame.dragging = true; move(under(event)); };
  frame.onpointermove = (event) => { if (frame.dragging) move(under(event)); };
  frame.onpointerup = frame.onpointercancel = () => { frame.dragging = false; };
  const steps = { ArrowLeft: -2, ArrowRight: 2, PageDown: -20, PageUp: 20, Home: -100, End: 100 };
  frame.onkeydown = (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    move(frame.place + steps[event.key]);
  };
}
