"use strict";
// The page is whole without this: it puts into the other language what markup cannot, and filters the ranking.
const english = document.getElementById("language-en");
const speak = () => {
  const language = english.checked ? "en" : "id";
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-en]")) element.textContent = element.getAttribute("data-" + language);
};
if (location.hash === "#en") english.checked = true;
for (const input of document.getElementsByName("language")) input.addEventListener("change", speak);
speak();

const form = document.getElementById("filter");
const filter = () => {
  const fits = (row, by) => [row.dataset[by], ""].includes(form.elements[by].value);
  let shown = 0;
  for (const row of document.querySelectorAll("#ranking tbody tr")) {
    row.hidden = !["province", "issue"].every((by) => fits(row, by));
    if (!row.hidden) shown += 1;
  }
  document.getElementById("shown").textContent = shown;
};
if (form) {
  form.hidden = false;
  form.addEventListener("change", filter);
  filter();
}
