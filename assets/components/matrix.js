// A table of how alike things are: a number in every cell, a shade behind it, a frame around the most alike pair.
export default function ({ data, parentElement }) {
  const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const table = make("table", "");
  const head = make("tr", "");
  head.append(make("th", ""), ...data.columns.map((name) => make("th", name, { scope: "col" })));
  table.append(make("caption", data.title, { hidden: true }), head);
  data.values.forEach((row, down) => {
    const line = make("tr", "");
    line.append(make("th", data.rows[down], { scope: "row" }));
    row.forEach((value, across) => {
      const cell = make("td", "");
      cell.append(make("span", value.toFixed(2)));
      cell.style.setProperty("--share", Math.max(0, Math.min(1, value)));
      if (data.square && down === across) cell.className = "same";
      else if (value === data.best) cell.className = "best";
      line.append(cell);
    });
    table.append(line);
  });
  parentElement.querySelector(".scroll").replaceChildren(table);
}
