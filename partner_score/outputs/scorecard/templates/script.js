"use strict";
// The page is whole without this: it adds the rule set to the address, filters, sorting, and a reading of the month under
// the pointer.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const choices = [...document.querySelectorAll('input[name="rules"]')];
// The address names a rule set, such as #2026-smb, or a place inside its panel. Without either it is the first.
const follow = () => {
  const hash = location.hash.slice(1);
  const place = hash && document.getElementById(hash);
  if (place && place.tagName === "DETAILS") place.open = true;
  const panel = place && place.closest(".panel");
  const wanted = panel ? panel.dataset.rules : hash;
  const named = choices.find((choice) => choice.value === wanted);
  // a place outside of the panels, such as a word, leaves the choice
  if (!named && place) return;
  const choice = named || choices.find((one) => one.defaultChecked);
  if (!choice || choice.checked) return;
  choice.checked = true;
  if (place) place.scrollIntoView();
};
for (const choice of choices)
  choice.addEventListener("change", () => history.pushState(null, "", `#${choice.value}`));
addEventListener("popstate", follow);
follow();
for (const choice of choices.filter((one) => one.checked)) {
  const label = choice.closest("label");
  label.parentElement.scrollLeft = label.offsetLeft - label.parentElement.offsetLeft - 16;
}

for (const form of document.querySelectorAll(".filters")) {
  const items = [...document.getElementById(form.dataset.for).querySelectorAll("[data-item]")];
  const texts = items.map((item) => plain(item.textContent));
  const output = form.querySelector("output");
  const apply = () => {
    const wanted = plain(form.querySelector("input").value.trim());
    const choices = [...form.querySelectorAll("select")].filter((select) => select.value);
    let shown = 0;
    items.forEach((item, index) => {
      const fits = texts[index].includes(wanted)
        && choices.every((select) => item.dataset[select.name].split(" ").includes(select.value));
      item.hidden = !fits;
      shown += fits;
    });
    // what is looked for is not left folded
    if (wanted || choices.length) for (const item of items) if (item.closest("details")) item.closest("details").open = true;
    output.textContent = `${shown} of ${items.length} ${output.dataset.unit}`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}

for (const heading of document.querySelectorAll("th[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
  const row = heading.parentElement;
  const column = [...row.children].indexOf(heading);
  const body = row.closest("table").tBodies[0];
  const key = (line) => {
    const cell = line.cells[column];
    const exact = cell.querySelector("data, time");
    return heading.dataset.sort === "text"
      ? plain(cell.textContent.trim())
      : heading.dataset.sort === "soonest"
        ? (exact ? exact.dateTime : "9999")
        : Number((exact ? exact.value : cell.textContent) || Number.NEGATIVE_INFINITY);
  };
  button.addEventListener("click", () => {
    const first = heading.dataset.sort === "number" ? "descending" : "ascending";
    const second = first === "ascending" ? "descending" : "ascending";
    const order = heading.getAttribute("aria-sort") === first ? second : first;
    for (const other of row.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const lines = [...body.rows].map((line) => [key(line), line]);
    lines.sort(([a], [b]) => sign * (a < b ? -1 : a > b ? 1 : 0));
    body.append(...lines.map(([, line]) => line));
  });
}

for (const chart of document.querySelectorAll(".chart")) {
  const reading = document.createElement("output");
  reading.className = "reading";
  reading.hidden = true;
  chart.append(reading);
  chart.addEventListener("pointerover", (event) => {
    const hit = event.target.closest(".hit");
    reading.hidden = !hit;
    if (hit) reading.textContent = hit.querySelector("title").textContent;
  });
  chart.addEventListener("pointerleave", () => { reading.hidden = true; });
}
