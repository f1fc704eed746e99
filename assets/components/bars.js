// Labels with a bar for their share. Everything from outside goes in as text, never as markup.
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector("ul");
  list.setAttribute("aria-label", data.title);
  list.replaceChildren(...data.rows.map(([label, share], place) => {
    const item = document.createElement("li");
    item.className = data.sure ? (place < (data.winners ?? 1) ? "best" : "") : "unsure";
    const percent = share * 100;
    const shown = (percent > 0 && percent < 0.1 ? "<0.1" : percent.toFixed(percent < 10 || !data.sure ? 1 : 0)) + " %";
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: label });
    const number = Object.assign(document.createElement("span"), { className: "percent", textContent: shown });
    const track = Object.assign(document.createElement("div"), { className: "track" });
    track.setAttribute("role", "meter");
    track.setAttribute("aria-label", label);
    track.setAttribute("aria-valuemin", "0");
    track.setAttribute("aria-valuemax", "100");
    track.setAttribute("aria-valuenow", percent.toFixed(1));
    const fill = Object.assign(document.createElement("div"), { className: "fill" });
    fill.style.width = percent + "%";
    track.append(fill);
    item.append(name, track, number);
    return item;
  }));
}
