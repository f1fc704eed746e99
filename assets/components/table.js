// Rows that wrap instead of hiding their words; a column of scores gets a bar beside each number.
export default function ({ data, parentElement }) {
  const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const table = make("table", "");
  const head = make("tr", "");
  head.append(...data.columns.map((name) => make("th", name, { scope: "col" })));
  table.append(head);
  const score = data.columns.indexOf(data.score);
  for (const row of data.rows) {
    const line = make("tr", "");
    row.forEach((value, column) => {
      const shown = typeof value === "number" && !Number.isInteger(value) ? value.toFixed(2) : String(value);
      const cell = make("td", "", { className: column === score ? "score" : "" });
      cell.dataset.name = data.columns[column];
      if (column === score) {
        const track = make("span", "", { className: "track" });
        const fill = make("span", "", { className: "fill" });
        fill.style.width = Math.max(0, Math.min(1, value)) * 100 + "%";
        track.append(fill);
        cell.append(track);
      }
      cell.append(make("span", shown));
      line.append(cell);
    });
    table.append(line);
  }
  parentElement.querySelector(".scroll").replaceChildren(table);
}
