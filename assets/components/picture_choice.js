// A group of radio buttons that look like pictures. The chosen one has a frame, a tick and bold words.
export default function ({ data, parentElement, setStateValue }) {
  const fieldset = parentElement.querySelector("fieldset");
  const grid = fieldset.querySelector(".grid");
  fieldset.querySelector("legend").textContent = data.title;
  const key = JSON.stringify(data.choices.map(([name]) => name));
  if (grid.drawn !== key) {
    grid.drawn = key;
    grid.replaceChildren(...data.choices.map(([name, picture]) => {
      const label = document.createElement("label");
      const input = Object.assign(document.createElement("input"), { type: "radio", name: data.group, value: name });
      const image = Object.assign(document.createElement("img"), { src: picture, alt: "", loading: "lazy" });
      const words = Object.assign(document.createElement("span"), { textContent: name });
      label.append(input, image, words);
      return label;
    }));
  }
  for (const input of grid.querySelectorAll("input")) {
    input.checked = input.value === data.chosen;
    if (input.checked && fieldset.shown !== data.chosen) {
      fieldset.shown = data.chosen;
      grid.scrollTop = input.parentElement.offsetTop - grid.offsetTop - 8;
    }
    input.onchange = () => setStateValue("chosen", input.value);
  }
}
