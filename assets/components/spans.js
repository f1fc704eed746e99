// A text with marked places: a colour, an underline of its own, and a chip with the label after each.
export default function ({ data, parentElement }) {
  fresh(parentElement, data, (root) => draw(root, data));
}

function draw(root, data) {
  const text = make("p", { className: "text", dir: "auto", tabIndex: 0 });
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", "The text with its marked places. The arrow keys go from one to the next.");
  const tip = make("p", { className: "said", textContent: data.hint });
  tip.setAttribute("role", "status");
  const marks = [];
  for (const [words, label, strength, about] of data.pieces) {
    if (label < 0) { text.append(words); continue; }
    const look = data.labels[label];
    const mark = make("mark", {}, words);
    mark.label = label;
    mark.row = look.name;
    mark.style.cssText = `--colour: ${look.colour}; --ink: ${look.ink}; --pattern: ${look.pattern}; --strength: ${strength}`;
    if (data.chips) mark.append(make("bdi", { className: "chip", textContent: look.chip }));
    mark.onpointerenter = mark.onpointerdown = () => point(mark);
    mark.about = about;
    marks.push(mark);
    text.append(mark);
  }
  const point = (mark) => {
    for (const other of marks) other.classList.toggle("pointed", other === mark);
    text.pointed = mark;
    tip.textContent = mark ? mark.about : data.hint;
    mark?.scrollIntoView({ block: "nearest" });
  };
  text.onpointerleave = (event) => event.pointerType === "mouse" && point(null);
  text.onblur = () => point(null);
  const names = legend("What is marked", data.labels, () => update());
  const rows = table(data.table, data.columns);
  const update = () => {
    for (const mark of marks) mark.classList.toggle("off", names.off.has(mark.label));
    rows.fill(data.rows.filter(([label]) => !names.off.has(label)).map(([, ...cells]) => cells));
  };
  const steps = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
  text.onkeydown = (event) => {
    const shown = marks.filter((mark) => !mark.classList.contains("off"));
    if (!(event.key in steps) || !shown.length) return;
    event.preventDefault();
    const at = shown.indexOf(text.pointed);
    point(shown[at < 0 ? 0 : (at + steps[event.key] + shown.length) % shown.length]);
  };
  root.append(text, tip, ...(data.labels.length > 1 || data.chips ? [names] : []), rows);
  update();
}
