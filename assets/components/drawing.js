// What the drawings of answers share. Everything from outside goes in as text, never as markup.
const make = (tag, more = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...inside);
  return made;
};
const percent = (share) =>
  (share > 0 && share < 0.01 ? "<1" : share > 0.99 && share < 1 ? ">99" : (100 * share).toFixed(0)) + " %";
// Words from outside inside a sentence: they keep their own direction of reading, and leave ours alone.
const alone = (words) => "\u2068" + words + "\u2069";

// The parts of a drawing, made anew only when there is another answer: what was switched off stays off.
function fresh(parentElement, data, build) {
  const root = parentElement.querySelector(".drawing");
  if (root.drawn === data.id) return;
  root.drawn = data.id;
  root.replaceChildren();
  root.style.setProperty("--ratio", data.width / data.height);
  build(root);
}

// A picture in its own proportions, never taller than a screen, with layers on top and a tip that follows.
function stage(data, about) {
  const box = make("div", { className: "stage", tabIndex: 0 });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", about);
  if (data.picture) box.append(make("img", { src: data.picture, alt: "", draggable: false }));
  box.tip = make("div", { className: "tip", hidden: true });
  box.tip.setAttribute("role", "status");
  box.append(box.tip);
  return box;
}

// Words at a place of the stage (0 to 1 each way), kept inside it.
function tell(box, x, y, words) {
  box.tip.hidden = !words;
  box.tip.textContent = words;
  box.tip.style.left = 100 * x + "%";
  box.tip.style.top = 100 * y + "%";
  box.tip.style.transform = `translate(${x > 0.5 ? "calc(-100% - 12px)" : "12px"}, ${y > 0.5 ? "calc(-100% - 8px)" : "8px"})`;
}

// Reads out what lies under the pointer, a finger, or a cross that the arrow keys move.
function probe(box, read) {
  const cross = make("div", { className: "cross", hidden: true });
  box.append(cross);
  const show = (x, y) => tell(box, x, y, read(Math.min(x, 0.9999), Math.min(y, 0.9999)));
  const under = (event) => {
    const frame = box.getBoundingClientRect();
    cross.hidden = true;
    const inside = (at) => Math.max(0, Math.min(1, at));
    show(inside((event.clientX - frame.left) / frame.width), inside((event.clientY - frame.top) / frame.height));
  };
  box.onpointermove = box.onpointerdown = under;
  box.onpointerleave = box.onblur = () => { cross.hidden = true; tell(box, 0, 0, ""); };
  let at = [0.5, 0.5];
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  box.onkeydown = (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    at = at.map((value, way) => Math.max(0, Math.min(1, value + steps[event.key][way] * (event.shiftKey ? 0.1 : 0.02))));
    cross.hidden = false;
    cross.style.left = 100 * at[0] + "%";
    cross.style.top = 100 * at[1] + "%";
    show(...at);
  };
}

// A slider with its words above and its value beside it. `changed` is called at once.
function slider(title, { min = 0, max = 100, value, words = (at) => at + " %" }, changed) {
  const input = make("input", { type: "range", min, max, step: 1, value });
  const said = make("output", { textContent: words(value) });
  input.setAttribute("aria-label", title);
  const fill = () => input.style.setProperty("--fill", (100 * (input.value - min)) / (max - min) + "%");
  fill();
  input.oninput = () => {
    fill();
    said.textContent = words(+input.value);
    input.setAttribute("aria-valuetext", words(+input.value));
    changed(+input.value);
  };
  input.setAttribute("aria-valuetext", words(value));
  const label = make("label", { className: "slider" }, make("span", { textContent: title }), input, said);
  label.input = input;
  return label;
}

// Buttons, one for each label, pressed while it is shown; with many of them also one for all and one for none.
function legend(title, labels, changed) {
  const list = make("div", { className: "legend" });
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", title);
  list.off = new Set(labels.flatMap((label, place) => (label.off ? [place] : [])));
  list.buttons = labels.map((label, place) => {
    const swatch = make("span", { className: "swatch", textContent: label.letter });
    swatch.style.cssText = `background: ${label.colour}; color: ${label.ink}; --pattern: ${label.pattern}`;
    swatch.setAttribute("aria-hidden", "true");
    const button = make("button", { type: "button" }, swatch, make("bdi", { textContent: label.name }));
    button.count = make("span", { className: "count", textContent: label.count ?? "" });
    button.append(button.count);
    button.onclick = () => { list.off[list.off.has(place) ? "delete" : "add"](place); press(); };
    return button;
  });
  const press = (first) => {
    list.buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(!list.off.has(place))));
    if (first !== true) changed();
  };
  const all = (words, off) => {
    const button = make("button", { type: "button", className: "all", textContent: words });
    button.onclick = () => { list.off = new Set(off); press(); };
    return button;
  };
  if (labels.length > 4) list.append(all("All", []), all("None", labels.keys()));
  list.append(...list.buttons);
  press(true);
  return list;
}

// The same as a table, closed at first. `fill(rows)` sets what is in it: rows of words, the first is the row's head.
function table(title, columns) {
  const body = make("tbody");
  const head = make("tr", {}, ...columns.map((name) => make("th", { textContent: name, scope: "col" })));
  const made = make("table", {}, make("caption", { textContent: title }), make("thead", {}, head), body);
  const frame = make("div", { className: "scroll", tabIndex: 0 }, made);
  frame.setAttribute("role", "region");
  frame.setAttribute("aria-label", title);
  const details = make("details", {}, make("summary", { textContent: "As a table" }), frame);
  details.fill = (rows) => body.replaceChildren(...rows.map((row) => make("tr", {}, ...row.map((words, column) => {
    const cell = column ? make("td") : make("th", { scope: "row" });
    if (/^\S?[\d.]+( %)?$/.test(words)) cell.className = "number";
    cell.append(make("bdi", { textContent: words }));
    return cell;
  }))));
  return details;
}

// Bytes that were packed with zlib.
async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// A layer of pixels over the picture: `colour(place, x, y)` gives red, green, blue, and how opaque, 0 to 255 each.
function layer(box, columns, rows) {
  const canvas = make("canvas", { width: columns, height: rows });
  canvas.setAttribute("aria-hidden", "true");
  box.insertBefore(canvas, box.tip);
  canvas.paint = (colour) => {
    const context = canvas.getContext("2d");
    const image = context.createImageData(columns, rows);
    for (let place = 0; place < columns * rows; place++)
      image.data.set(colour(place, place % columns, Math.floor(place / columns)), 4 * place);
    context.putImageData(image, 0, 0);
  };
  return canvas;
}

// A bar from one end of a scale to the other, with words at its ends.
function scale(gradient, low, high) {
  const bar = make("div", { className: "bar" });
  bar.style.background = gradient;
  const ends = make("div", { className: "ends" }, make("span", { textContent: low }), make("span", { textContent: high }));
  return make("div", { className: "scale" }, bar, ends);
}
