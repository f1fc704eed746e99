// Copies a text when the button is pressed, and says so.
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.title;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text);
    } catch {
      // Without https, or without leave, the old way still works.
      const area = document.createElement("textarea");
      area.value = data.text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = data.title), 2000);
  };
}
