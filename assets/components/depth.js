// How far away each place is, in colours, beside the picture itself: a line between them can be moved.
export default function ({ data, parentElement }) {
  fresh(parentElement, data, (root) => draw(root, data));
}

async function draw(root, data) {
  const box = stage(data, "How far away each place is. The arrow keys move a cross that reads it out.");
  const canvas = layer(box, data.columns, data.rows);
  const line = make("div", { className: "line" });
  const rows = table(data.table, ["Where", "Left", "Middle", "Right"]);
  rows.fill(data.nine);
  root.append(box);
  if (data.picture) {
    box.insertBefore(line, box.tip);
    const move = (at) => box.style.setProperty("--place", at + "%");
    move(35);
    const compare = slider("Move to compare with your picture", { value: 35 }, move);
    compare.classList.add("below");
    root.append(compare);
  }
  root.append(scale(data.gradient, data.low, data.high), make("p", { className: "said", textContent: data.words }), rows);
  const map = await unpacked(data.map);
  canvas.paint((place) => [...data.scale[map[place]], 255]);
  probe(box, (x, y) => data.readings[map[Math.floor(y * data.rows) * data.columns + Math.floor(x * data.columns)]]);
}
