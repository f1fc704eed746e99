// Which places an answer rests on, laid over the picture: clear where it hardly matters, yellow where it matters most.
export default function ({ data, parentElement }) {
  fresh(parentElement, data, (root) => draw(root, data));
}

async function draw(root, data) {
  const box = stage(data, "The picture, coloured where the answer rests on it. The arrow keys move a cross that reads it out.");
  const canvas = layer(box, data.columns, data.rows);
  const rows = table("How much each part of the picture counts, 0 to 100", ["Where", "Left", "Middle", "Right"]);
  rows.fill(data.nine);
  canvas.style.opacity = 0.75;
  const opacity = slider("How strong the colours are", { value: 75 }, (at) => canvas.style.setProperty("opacity", at / 100));
  root.append(opacity, box, scale(data.gradient, "hardly counts", "counts most"), rows);
  const map = await unpacked(data.map);
  canvas.paint((place) => [...data.scale[map[place]], Math.min(255, map[place] * 1.6)]);
  probe(box, (x, y) => {
    const value = map[Math.floor(y * data.rows) * data.columns + Math.floor(x * data.columns)];
    return `counts ${Math.round((100 * value) / 255)} of 100`;
  });
}
