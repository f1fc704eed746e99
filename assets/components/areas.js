// Each place of the picture in the colour of what it belongs to. A letter stands in the largest part of each area.
export default function ({ data, parentElement }) {
  fresh(parentElement, data, (root) => draw(root, data));
}

async function draw(root, data) {
  const box = stage(data, "The picture with its areas in colours. The arrow keys move a cross that says what is there.");
  const canvas = layer(box, data.columns, data.rows);
  const letters = data.labels.map((label) => {
    const letter = make("span", { className: "letter", textContent: label.letter });
    letter.setAttribute("aria-hidden", "true");
    letter.style.cssText = `background: ${label.colour}; color: ${label.ink}; left: ${100 * label.at[0]}%; top: ${100 * label.at[1]}%`;
    box.insertBefore(letter, box.tip);
    return letter;
  });
  const names = legend("What is shown", data.labels, () => update());
  const rows = table("What the picture consists of", ["What", "Share of the picture"]);
  const opacity = slider("How strong the colours are", { value: 60 }, (at) => canvas.style.setProperty("opacity", at / 100));
  canvas.style.opacity = 0.6;
  const said = make("p", { className: "said", textContent: "Press a label to hide it. Point at the picture to see what is there." });
  root.append(opacity, box, names, said, rows);
  const map = await unpacked(data.map);
  const looks = data.labels.map((label) => label.colour.match(/\w\w/g).map((part) => parseInt(part, 16)));
  const edge = (place, x, y) =>
    (x + 1 < data.columns && map[place] !== map[place + 1]) || (y + 1 < data.rows && map[place] !== map[place + data.columns]);
  const update = () => {
    canvas.paint((place, x, y) => {
      const label = map[place];
      if (names.off.has(label)) return [0, 0, 0, 0];
      if (edge(place, x, y)) return [0, 0, 0, 255];
      return [...looks[label].map((part) => (striped(label, x, y) ? part * 0.55 : part)), 255];
    });
    letters.forEach((letter, label) => { letter.hidden = names.off.has(label); });
    rows.fill(data.labels.filter((_, label) => !names.off.has(label)).map((label) => [label.name, label.count]));
  };
  probe(box, (x, y) => {
    const label = data.labels[map[Math.floor(y * data.rows) * data.columns + Math.floor(x * data.columns)]];
    return `${alone(label.name)} (${label.count} of the picture)`;
  });
  update();
}

// From the eighth area on colours come again, with stripes: another slant each time.
function striped(label, x, y) {
  const round = Math.floor(label / 7) % 4;
  return round > 0 && [0, x + y, x - y + 4096, y][round] % 8 < 3;
}
