// Draws a scene (boxes and arrows with places) as SVG: move, zoom, choose, open and close, save. No library, no network.
// Every word comes from a stranger's file, so it only ever becomes text: textContent and setAttribute, never markup.
const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.02, LARGEST = 4, READABLE = 0.85, ROOMY = 1.15;
const SMALL_WORDS = 0.82; // of their size, where they wouldn't fit
const EDGE = 60; // pixels of the picture that stay on the screen however far it is dragged
const PNG_SCALE = 2, PNG_SIDE = 8000, PNG_AREA = 40e6; // what browsers can still draw on a canvas
const HELP = "Picture of the model. Arrow keys go from box to box, Enter opens or closes a group, plus and minus zoom, " +
  "0 shows everything.";
const FAMILIES = new Set(("conv linear attention recurrent table norm activation pool shape math choose text picture " +
  "numbers flow pill").split(" "));
const SIGNS = { changed: "~", added: "+", removed: "\u2212", same: "" }; // of two pictures that are compared
const views = new WeakMap(); // this function is called again at every rerun; what the person sees stays with its root

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".graph");
  const view = views.get(root) ?? started(root);
  views.set(root, view);
  view.send = (what, id) => setTriggerValue(what, { id, t: Date.now() });
  show(view, data);
}

function started(root) {
  const svg = root.querySelector("svg.scene");
  const view = { root, svg, said: root.querySelector(".said"), at: { x: 0, y: 0, k: 1 }, moved: false, chosen: "" };
  svg.setAttribute("aria-label", HELP);
  for (const touch of ["pointerdown", "wheel", "keydown"]) root.addEventListener(touch, () => takeTheLead(view), true);
  listenToPointer(view);
  listenToKeys(view);
  listenToButtons(view);
  new ResizeObserver(() => view.data && (view.moved ? apply(view) : begin(view))).observe(svg);
  return view;
}

// ---- what is drawn

function show(view, data) {
  view.root.removeAttribute("aria-busy");
  const known = view.data?.picture === data.picture ? view.boxes : null;
  const drawing = JSON.stringify([data.picture, data.boxes, data.arrows, data.marks]);
  view.data = data;
  if (view.drawing !== drawing) {
    view.drawing = drawing;
    draw(view, data);
    if (known) stayPut(view, known);
    else (view.chosen = ""), begin(view, true);
    legend(view, data.legend);
  }
  view.anchor = "";
  const [asked, times] = data.centre;
  if (view.boxes.has(asked) && view.times !== times) choose(view, asked) && centre(view, asked);
  else choose(view, view.boxes.has(view.chosen) ? view.chosen : data.chosen);
  view.times = times;
  join(view, data.link ?? "");
}

function draw(view, data) {
  view.boxes = new Map(data.boxes.map((row) => [row[0], unpacked(row)]));
  view.elements = new Map();
  view.camera?.remove();
  view.camera = make("g", { class: "camera" });
  const boxes = [...view.boxes.values()];
  boxes.filter((box) => box.open).sort((a, b) => a.depth - b.depth).forEach((box) => drawBox(view, box));
  const lines = make("g", { class: "lines", "aria-hidden": "true" }, view.camera);
  view.arrows = data.arrows.map(([points, start, end, faint]) => {
    const line = make("path", { class: faint ? "line faint" : "line", d: curve(points) }, lines);
    return { line, start, end };
  });
  boxes.filter((box) => !box.open).forEach((box) => drawBox(view, box));
  view.svg.append(view.camera);
  boxes.forEach((box) => fitWords(view.elements.get(box.id), box));
}

function unpacked([id, x, y, width, height, title, second, family, flags, depth, value, level, share]) {
  const [group, open, repeat] = [1, 2, 4].map((flag) => Boolean(flags & flag));
  return { id, x, y, width, height, title, second, family: FAMILIES.has(family) ? family : "other", depth,
    group, open, repeat, value: value ?? "", level: level ?? 0, share: share ?? null };
}

function drawBox(view, box) {
  const { width, height, open } = box;
  const place = make("g", { class: "place", transform: `translate(${box.x},${box.y})` }, view.camera);
  place.dataset.id = box.id;
  view.elements.set(box.id, place);
  const mark = view.data.marks?.[box.id] in SIGNS ? view.data.marks[box.id] : "";
  const kind = (open ? "open" : box.level ? "filled" : box.family) + (mark ? ` marked ${mark}` : "");
  box.mark = mark && mark !== "same" ? mark : "";
  const body = make("g", { class: `box ${kind}`, id: `box-${box.id}`, role: "button", "aria-label": spoken(box) }, place);
  if (box.group) body.setAttribute("aria-expanded", String(open));
  make("title", {}, body).textContent = [box.title, box.value, box.second].filter(Boolean).join(" · ");
  const round = box.family === "pill" ? height / 2 : 8;
  if (box.repeat && !open) for (const by of [9, 4.5]) make("rect", { class: "under", x: by, y: by, width, height, rx: round }, body);
  const front = make("rect", { class: "front", width, height, rx: round }, body);
  const ink = !open && box.level ? fill(view, front, box.level) : "";
  if (ink) body.querySelectorAll(".under").forEach((rect) => (rect.style.fill = front.style.fill));
  drawWords(body, box, ink);
  if (!open && box.share !== null) drawBar(body, box, ink);
  if (box.mark) drawSign(body, box);
  if (box.group) drawToggle(place, box);
}

function drawSign(body, box) {
  const sign = make("g", { class: "mark", transform: `translate(${box.open ? box.width - 14 : 2},${box.open ? 15 : 2})` }, body);
  make("circle", { r: 8.5 }, sign);
  make("text", { y: 4.5, "text-anchor": "middle" }, sign).textContent = SIGNS[box.mark];
}

function drawWords(body, box, ink) {
  const { width, height, open } = box, second = box.value || (open ? "" : box.second);
  const tight = second && height < 40;
  const title = make("text", { class: tight ? "title tight" : "title" }, body);
  title.textContent = box.title;
  if (open) {
    place(title, 32, 20, "start");
  } else {
    place(title, width / 2, second ? (tight ? 12.5 : 19.5) : height / 2 + 4.5, "middle");
  }
  if (!second) return;
  const line = make("text", { class: tight ? "second tight" : "second" }, body);
  line.textContent = second;
  if (open) place(line, 40 + 7.5 * box.title.length, 20, "start");
  else place(line, width / 2, tight ? 23.5 : 35, "middle");
  for (const words of [title, line]) if (ink) words.style.fill = ink;
}

function place(words, x, y, anchor) {
  words.setAttribute("x", x);
  words.setAttribute("y", y);
  words.setAttribute("text-anchor", anchor);
}

function drawBar(body, { width, height, share }, ink) {
  const long = width - 20, filled = Math.max(1.5, long * Math.max(0, Math.min(1, share)));
  for (const [kind, wide] of [["track", long], ["bar", filled]]) {
    const bar = make("rect", { class: kind, x: 10, y: height - 5, width: wide, height: 2.5, rx: 1.25 }, body);
    if (ink) bar.style.fill = ink;
  }
}

// Five steps of the theme's own scale; black or white on it, whichever is read more easily.
function fill(view, rect, level) {
  const scale = getComputedStyle(view.root).getPropertyValue("--st-chart-sequential-colors").split(",").map((one) => one.trim());
  const colours = scale.length >= 10 ? scale : ["", "#dcebe2", "", "#9fccc1", "", "#51a298", "", "#0b6f66", "", "#053d38"];
  const colour = colours[2 * Math.min(5, Math.max(1, Math.round(level))) - 1];
  rect.style.fill = colour;
  const light = brightness(colour);
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
}

function brightness(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue; // relative luminance of WCAG 2
}

function drawToggle(into, box) {
  const at = box.open ? [16, 15] : [box.width - 1, 0];
  const words = `${box.open ? "Close" : "Open"} ${box.title}`;
  const toggle = make("g", { class: "toggle", transform: `translate(${at})`, role: "button", "aria-label": words }, into);
  make("circle", { class: "reach", r: 15 }, toggle); // a finger's width
  make("circle", { class: "knob", r: 9.5 }, toggle);
  make("path", { class: "sign", d: box.open ? "M-4.5,0H4.5" : "M-4.5,0H4.5M0,-4.5V4.5" }, toggle);
}

// Words of wide letters become a little smaller, then are cut: they never leave their box. The whole is in the tooltip.
function fitWords(element, box) {
  for (const words of element.querySelectorAll(".title, .second")) {
    const room = box.open ? box.width - Number(words.getAttribute("x")) - 8 : box.width - (box.family === "pill" ? 16 : 10);
    const long = words.getComputedTextLength();
    if (long <= room) continue;
    words.style.fontSize = `${parseFloat(getComputedStyle(words).fontSize) * Math.max(SMALL_WORDS, room / long)}px`;
    const letters = [...words.textContent];
    for (let keep = letters.length; keep > 1 && words.getComputedTextLength() > room; ) {
      keep = Math.max(1, Math.min(keep - 1, Math.floor((keep * room) / words.getComputedTextLength())));
      words.textContent = letters.slice(0, keep).join("").trimEnd() + "…";
    }
  }
}

// Straight where it runs down, bent where it changes its place.
function curve(points) {
  let path = `M${points[0]},${points[1]}`;
  for (let i = 2; i < points.length; i += 2) {
    const [x0, y0, x, y] = points.slice(i - 2, i + 2), middle = (y0 + y) / 2;
    path += Math.abs(x - x0) < 0.6 ? `L${x},${y}` : `C${x0},${middle} ${x},${middle} ${x},${y}`;
  }
  return path;
}

function legend(view, entries) {
  const list = view.root.querySelector(".legend");
  list.replaceChildren(...entries.map(([family, words, level]) => {
    const item = document.createElement("li"), swatch = document.createElement("span");
    swatch.className = `swatch ${family in SIGNS ? `marked ${family}` : FAMILIES.has(family) ? family : "other"}`;
    swatch.textContent = SIGNS[family] ?? "";
    if (level) fill(view, swatch, level), (swatch.style.background = swatch.style.fill);
    item.append(swatch, words);
    return item;
  }));
  list.hidden = !entries.length;
}

function make(kind, attributes, parent) {
  const element = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent?.append(element);
  return element;
}

// ---- where one looks from

function begin(view, first = false) {
  const { width, height } = room(view), { data } = view;
  const k = clamp(Math.min((width - 40) / data.width, (height - 40) / data.height), READABLE, ROOMY);
  const top = [...view.boxes.values()].filter((box) => !box.open).sort((a, b) => a.y - b.y)[0];
  const middle = data.width * k <= width || !top ? data.width / 2 : top.x + top.width / 2;
  view.at = { k, x: width / 2 - middle * k, y: Math.max(16, (height - data.height * k) / 2) };
  if (first) view.moved = false;
  apply(view);
}

function fit(view) {
  const { width, height } = room(view), { data } = view;
  const k = clamp(Math.min((width - 40) / data.width, (height - 40) / data.height), SMALLEST, ROOMY);
  view.at = { k, x: (width - data.width * k) / 2, y: (height - data.height * k) / 2 };
  view.moved = true;
  apply(view);
}

function apply(view) {
  const { at, data } = view, { width, height } = room(view);
  at.x = clamp(at.x, EDGE - data.width * at.k, width - EDGE);
  at.y = clamp(at.y, EDGE - data.height * at.k, height - EDGE);
  view.camera.setAttribute("transform", `translate(${at.x},${at.y}) scale(${at.k})`);
  if (links.get(view.link)?.leader === view) lead(view);
}

function zoom(view, by, x, y) {
  const k = clamp(view.at.k * by, SMALLEST, LARGEST), ratio = k / view.at.k;
  view.at = { k, x: x - (x - view.at.x) * ratio, y: y - (y - view.at.y) * ratio };
  view.moved = true;
  apply(view);
}

function zoomMiddle(view, by) {
  const { width, height } = room(view);
  zoom(view, by, width / 2, height / 2);
}

// The box that was clicked keeps its place on the screen: the middle of its upper edge doesn't move.
function stayPut(view, known) {
  const id = [view.anchor, view.chosen].find((one) => known.has(one) && view.boxes.has(one)) ?? nearest(view, known);
  if (id) {
    const before = known.get(id), now = view.boxes.get(id);
    view.at.x += (before.x + before.width / 2 - now.x - now.width / 2) * view.at.k;
    view.at.y += (before.y - now.y) * view.at.k;
  }
  view.moved = true;
  apply(view);
}

function nearest(view, known) {
  const { width, height } = room(view), { at } = view;
  const far = (box) => Math.hypot(width / 2 - at.x - at.k * (box.x + box.width / 2), height / 2 - at.y - at.k * box.y);
  const shared = [...known.values()].filter((box) => view.boxes.has(box.id));
  return shared.sort((a, b) => far(a) - far(b))[0]?.id;
}

function centre(view, id) {
  const box = view.boxes.get(id), { width, height } = room(view);
  const k = (view.at.k = Math.max(view.at.k, READABLE));
  view.at.x = width / 2 - (box.x + box.width / 2) * k;
  view.at.y = Math.max(24, height / 2 - (box.height * k) / 2) - box.y * k;
  view.moved = true;
  apply(view);
}

// No farther than it takes: what is around should stay where it was.
function bringIntoSight(view, id) {
  const box = view.boxes.get(id), { width, height } = room(view), { at } = view, around = 48;
  const [left, top] = [at.x + box.x * at.k, at.y + box.y * at.k];
  const right = left + Math.min(box.width * at.k, width - 2 * around), bottom = top + (box.open ? 40 : box.height) * at.k;
  const by = (low, high, end) => (low < 8 ? around - low : high > end - 8 ? end - around - high : 0);
  at.x += by(left, right, width);
  at.y += by(top, bottom, height);
  view.moved = true;
  apply(view);
}

const room = ({ svg }) => ({ width: svg.clientWidth || 800, height: svg.clientHeight || 600 });
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// ---- two pictures side by side: where one goes, the other goes too

const links = (window.graphLinks ??= new Map()); // by the name two views share: both, and the one touched last

function join(view, name) {
  const link = name && (links.get(name) ?? { views: new Set(), leader: null });
  if (view.link && view.link !== name) links.get(view.link)?.views.delete(view);
  view.link = name;
  if (!name) return;
  links.set(name, link);
  link.views.forEach((other) => other.root.isConnected || link.views.delete(other));
  link.views.add(view);
  if (link.leader && !link.views.has(link.leader)) link.leader = null;
  if (link.leader) lead(link.leader);
}

function takeTheLead(view) {
  if (view.link) links.get(view.link).leader = view;
}

function lead(view) {
  for (const other of links.get(view.link).views) if (other !== view && other.camera) follow(other, view);
}

// As large, and its boxes where their partners are; what is near the chosen box counts most, or near the middle.
function follow(view, leader) {
  const { width, height } = room(leader), { at } = leader, aside = room(view).width - width;
  const spot = (box) => [at.x + at.k * (box.x + box.width / 2), at.y + at.k * box.y];
  const mates = [...leader.boxes.values()].map((box) => [box, view.boxes.get(leader.data.partners?.[box.id])]);
  const chosen = leader.boxes.get(leader.chosen), [left, top] = chosen ? spot(chosen) : [-1, -1];
  const seen = left > 0 && left < width && top > 0 && top < height;
  const [x0, y0] = seen ? [left, top] : [width / 2, height / 2];
  let [x, y, all] = [0, 0, 0];
  for (const [box, mate] of mates) {
    if (!mate || (box.open && box !== chosen)) continue;
    const [x1, y1] = spot(box), weight = 1 / (1 + ((x1 - x0) ** 2 + (y1 - y0) ** 2) / 100) ** 2;
    x += weight * (box.x + box.width / 2 - mate.x - mate.width / 2);
    y += weight * (box.y - mate.y);
    all += weight;
  }
  view.at = { k: at.k, x: at.x + aside / 2 + (all ? (x / all) * at.k : 0), y: at.y + (all ? (y / all) * at.k : 0) };
  view.moved = true;
  apply(view);
}

// ---- what a person does

function choose(view, id, tell = false) {
  const box = view.boxes.get(id);
  view.elements.get(view.chosen)?.classList.remove("chosen");
  view.chosen = box ? id : "";
  for (const { line, start, end } of view.arrows) line.classList.toggle("on", Boolean(box) && (start === id || end === id));
  if (!box) {
    view.svg.removeAttribute("aria-activedescendant");
    say(view, "");
    return false;
  }
  view.elements.get(id).classList.add("chosen");
  view.svg.setAttribute("aria-activedescendant", `box-${id}`);
  say(view, `${spoken(box)}${box.group ? (box.open ? ". Enter closes it." : ". Enter opens it.") : "."}`);
  clearTimeout(view.later);
  if (tell) view.send("choose", id);
  return true;
}

function spoken(box) {
  const kind = box.family === "pill" ? (box.id.startsWith("i") ? "input of the model" : "output of the model")
    : box.group ? (box.open ? "open group" : "closed group") : "single step";
  return [box.title, box.value, box.second, kind, box.mark].filter(Boolean).join(", ");
}

function say(view, words) {
  if (view.said.textContent !== words) view.said.textContent = words;
}

function toggle(view, id) {
  if (!view.boxes.get(id)?.group) return;
  takeTheLead(view);
  view.anchor = id;
  choose(view, id);
  view.root.setAttribute("aria-busy", "true");
  view.send("toggle", id);
}

const idOf = (event) => event.target.closest?.("[data-id]")?.dataset.id;

function listenToPointer(view) {
  const { svg } = view, fingers = new Map();
  let far = 0;
  const where = (event) => {
    const frame = svg.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  };
  const together = () => {
    const all = [...fingers.values()], [a, b] = [all[0], all[all.length - 1]];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, span: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (!fingers.size) far = 0;
    fingers.set(event.pointerId, where(event));
  });
  svg.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = together();
    fingers.set(event.pointerId, where(event));
    const now = together();
    far += Math.hypot(now.x - before.x, now.y - before.y) + (fingers.size > 1 ? 4 : 0);
    if (far < 4) return;
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    view.at.x += now.x - before.x;
    view.at.y += now.y - before.y;
    zoom(view, before.span > 10 && now.span > 10 ? now.span / before.span : 1, now.x, now.y);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"])
    svg.addEventListener(end, (event) => fingers.delete(event.pointerId));
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = where(event), lines = event.deltaMode === 1 ? 16 : 1;
    zoom(view, Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), x, y);
  }, { passive: false });
  svg.addEventListener("click", (event) => {
    const id = idOf(event);
    if (far >= 4 || !id) return;
    if (event.target.closest(".toggle")) toggle(view, id);
    else if (event.detail < 2) choose(view, id, true);
  });
  svg.addEventListener("dblclick", (event) => {
    if (idOf(event) && !event.target.closest(".toggle")) toggle(view, idOf(event));
  });
}

const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function listenToKeys(view) {
  view.svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "+" || key === "=") zoomMiddle(view, 1.2);
    else if (key === "-") zoomMiddle(view, 1 / 1.2);
    else if (key === "0") fit(view);
    else if ((key === "Enter" || key === " ") && view.chosen) enter(view);
    else if (key in WAYS) step(view, ...WAYS[key]);
    else return;
    event.preventDefault();
  });
}

function enter(view) {
  if (view.boxes.get(view.chosen).group) toggle(view, view.chosen);
  else view.send("choose", view.chosen);
}

// To the next box that way; what lies straight ahead is preferred to what lies aside.
function step(view, right, down) {
  const here = view.boxes.get(view.chosen);
  const spot = (box) => [box.x + box.width / 2, box.y + (box.open ? 15 : box.height / 2)];
  let best = null, least = Infinity;
  for (const box of view.boxes.values()) {
    if (box === here) continue;
    const [x, y] = spot(box), [x0, y0] = here ? spot(here) : [view.data.width / 2, -1];
    const ahead = (x - x0) * right + (y - y0) * down, aside = Math.abs((x - x0) * down) + Math.abs((y - y0) * right);
    const cost = here ? ahead + 2.5 * aside : Math.abs(y - y0) + 0.1 * aside;
    if ((ahead > 1 || !here) && cost < least) [best, least] = [box, cost];
  }
  if (!best) return;
  choose(view, best.id);
  bringIntoSight(view, best.id);
  view.later = setTimeout(() => view.send("choose", best.id), 350); // not at every box that is only passed
}

function listenToButtons(view) {
  const on = (name, act) => view.root.querySelector(`.${name}`).addEventListener("click", act);
  on("in", () => zoomMiddle(view, 1.3));
  on("out", () => zoomMiddle(view, 1 / 1.3));
  on("fit", () => fit(view));
  on("again", () => view.send("again", ""));
  on("as-svg", () => save(new Blob([asFile(view).text], { type: "image/svg+xml" }), `${view.data.name}.svg`));
  on("as-png", () => savePng(view));
  on("link", () => copyLink(view));
}

async function copyLink(view) {
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    const area = document.createElement("textarea"); // without https, or without leave, the old way still works
    area.value = location.href;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(view, "The link to this view is copied.");
}

// ---- files

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size",
  "font-weight", "text-anchor"];

// All that is drawn, not only what is in sight, with its looks written into it: a file knows no style sheet of ours.
function asFile(view) {
  const { svg, camera, data } = view, margin = 24;
  const width = data.width + 2 * margin, height = data.height + 2 * margin;
  const copy = make("svg", { width, height, viewBox: `${-margin} ${-margin} ${width} ${height}` });
  const ground = make("rect", { x: -margin, y: -margin, width, height }, copy);
  ground.setAttribute("fill", plainColour(getComputedStyle(svg).backgroundColor));
  for (const part of [svg.querySelector("defs"), camera]) copy.append(dressed(part));
  copy.lastChild.removeAttribute("transform");
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

function dressed(part) {
  const copy = part.cloneNode(true), all = [part, ...part.querySelectorAll("*")], copies = [copy, ...copy.querySelectorAll("*")];
  all.forEach((element, n) => {
    const looks = getComputedStyle(element), drawn = /^(path|rect|circle|text)$/.test(element.localName);
    copies[n].removeAttribute("style");
    if (drawn) for (const name of LOOKS) copies[n].setAttribute(name, plainColour(looks.getPropertyValue(name)));
    if (drawn && looks.markerEnd !== "none") copies[n].setAttribute("marker-end", looks.markerEnd.replace(/url\("?[^#]*#([\w-]+)"?\)/, "url(#$1)"));
  });
  copy.querySelectorAll(".toggle").forEach((toggle) => toggle.remove()); // nothing opens in a file
  return copy;
}

// Mixed colours come as `color(srgb 0.1 0.2 0.3)`, which other programs don't know.
function plainColour(value) {
  return value.replace(/color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ [\d.e-]+)?\)/, (_, ...parts) =>
    `rgb(${parts.slice(0, 3).map((part) => Math.round(255 * Number(part))).join(",")})`);
}

function savePng(view) {
  const { text, width, height } = asFile(view), image = new Image();
  const scale = Math.min(PNG_SCALE, PNG_SIDE / Math.max(width, height), Math.sqrt(PNG_AREA / (width * height)));
  image.onload = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, `${view.data.name}.png`), "image/png");
  };
  image.onerror = () => say(view, "This browser can't draw the picture into a file. Save it as SVG instead.");
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
