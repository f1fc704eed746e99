// Boxes over the user's picture. Moving the limit and switching labels on and off happens here, without the server.
const SVG = "http://www.w3.org/2000/svg";
const DASHES = { solid: "", dashed: "10 5", dotted: "4 4", double: "14 4 3 4" };
const NAMED = 12; // more boxes than this wear only their letter
const LETTERED = 60; // and more than this nothing: the picture would be hidden

export default function ({ data, parentElement }) {
  fresh(parentElement, data, (root) => draw(root, data));
}

function draw(root, data) {
  const box = stage(data, "The picture with a box around each thing found. The arrow keys go from box to box.");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  box.insertBefore(svg, box.tip);
  const things = data.boxes.map((one) => thing(box, svg, data, one));
  for (const one of [...things].sort((a, b) => b.size - a.size)) svg.append(one.shape);  // small ones on top
  const said = make("p", { className: "said" });
  said.setAttribute("role", "status");
  const names = legend("What is shown", data.labels, () => update());
  const rows = table("What is shown, in pixels of your picture", ["What", "How sure", "Left", "Top", "Right", "Bottom"]);
  let above = data.above;
  const limit = slider("Show what it is at least this sure of", { min: data.least, max: 100, value: above }, (at) => {
    above = at;
    update();
  });
  const point = (one) => {
    things.forEach((other) => { for (const part of [other.shape, other.tag]) part.classList.toggle("pointed", other === one); });
    box.pointed = one;
    tell(box, one?.middle[0] ?? 0, one?.middle[1] ?? 0, one ? `${alone(one.name)}, ${percent(one.score)} sure` : "");
  };
  const update = () => {
    const sure = things.filter((one) => Math.round(100 * one.score) >= above);
    const shown = sure.filter((one) => !names.off.has(one.label));
    for (const one of things) {
      const out = !shown.includes(one);
      one.shape.toggleAttribute("hidden", out);
      one.tag.hidden = out || shown.length > LETTERED;
    }
    names.buttons.forEach((button, place) => {
      const count = sure.filter((one) => one.label === place).length;
      button.count.textContent = count;
      button.hidden = !count;
    });
    said.textContent = shown.length ? `${shown.length} of ${data.boxes.length} shown. Press a label to hide it.`
      : data.boxes.length > sure.length && !sure.length ? "It isn’t that sure of anything. Move the slider to the left to see what it is less sure of."
      : "Nothing is shown.";
    rows.fill(shown.map((one) => [one.name, percent(one.score), ...one.sides]));
    svg.classList.toggle("crowded", shown.length > LETTERED);
    box.shown = shown;
    label(box);
    point(null);
  };
  things.forEach((one) => {
    one.shape.onpointerenter = one.shape.onpointerdown = () => point(one);
    one.shape.onpointerleave = (event) => event.pointerType === "mouse" && point(null);
  });
  box.onblur = () => point(null);
  const steps = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
  box.onkeydown = (event) => {
    if (event.key === "Escape") point(null);
    if (!(event.key in steps) || !box.shown.length) return;
    event.preventDefault();
    const at = box.shown.indexOf(box.pointed);
    point(box.shown[at < 0 ? 0 : (at + steps[event.key] + box.shown.length) % box.shown.length]);
  };
  if (data.boxes.length) root.append(limit, box, names, said, rows);
  else root.append(box);
  new ResizeObserver(() => box.shown && label(box)).observe(box);
  update();
}

// Each tag goes to the first place at its box where no other lies, the surest first; where there is none for the name,
// the letter has to do.
function label(box) {
  const [width, height] = [box.clientWidth, box.clientHeight];
  if (!width || box.shown.length > LETTERED) return;
  const taken = [];
  const free = ([x, y, w, h]) =>
    y >= 0 && y + h <= height && !taken.some(([a, b, c, d]) => x < a + c && a < x + w && y < b + d && b < y + h);
  const find = (one, words) => {
    one.tag.textContent = words;
    const [w, h] = [one.tag.offsetWidth, one.tag.offsetHeight];
    const [left, top, right, bottom] = one.shares.map((share, side) => share * (side % 2 ? height : width));
    const spots = [[left, top - h], [left, top], [right - w, top - h], [right - w, top], [left, bottom], [left, bottom - h], [right - w, bottom - h]];
    const inside = spots.map(([x, y]) => [Math.max(0, Math.min(width - w, x)), y, w, h]);
    one.spot = inside.find(free) ?? null;
    return one.spot;
  };
  for (const one of box.shown) {
    const named = box.shown.length <= NAMED && find(one, `${alone(one.name)} ${percent(one.score)}`);
    const [x, y] = named || find(one, one.letter) || [one.shares[0] * width, one.shares[1] * height];
    Object.assign(one.tag.style, { left: x + "px", top: y + "px" });
    if (one.spot) taken.push(one.spot);
  }
}

// One box: a line on a dark one, so that it shows on any picture, and its name on a tag.
function thing(box, svg, data, [left, top, right, bottom, score, label]) {
  const look = data.labels[label];
  const shape = document.createElementNS(SVG, "g");
  for (const kind of ["under", "line"]) {
    const rect = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top, class: kind }))
      rect.setAttribute(name, value);
    if (kind === "line") rect.style.cssText = `stroke: ${look.colour}; stroke-dasharray: ${DASHES[look.pattern] || "none"}`;
    shape.append(rect);
  }
  const tag = make("span", { className: "tag" });
  tag.setAttribute("aria-hidden", "true");
  tag.style.cssText = `background: ${look.colour}; color: ${look.ink}`;
  box.insertBefore(tag, box.tip);
  return {
    shape, tag, score, label, name: look.name, letter: look.letter, size: (right - left) * (bottom - top),
    middle: [(left + right) / 2 / data.width, (top + bottom) / 2 / data.height].map((at) => Math.max(0, Math.min(1, at))),
    shares: [left / data.width, top / data.height, right / data.width, bottom / data.height],
    sides: [left, top, right, bottom].map((side) => side.toFixed(0)),
  };
}
