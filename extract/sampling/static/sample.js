"use strict";
const cells = [...document.querySelectorAll(".cell")];
const end = document.querySelector(".end");
const key = "gouji-sample-" + document.body.dataset.key;
const words = { yes: "✓", no: "✗", unsure: "?" };
let answers = {};
let at = 0;
try { answers = JSON.parse(localStorage.getItem(key)) || {}; } catch { /* no storage here */ }

const name = (cell) => cell.dataset.report + " " + cell.dataset.code;

function show() {
  cells.forEach((cell, place) => { cell.hidden = place !== at; });
  end.hidden = at < cells.length;
  const given = at < cells.length ? answers[name(cells[at])] : undefined;
  if (at < cells.length) cells[at].querySelector(".given").textContent = words[given] || "";
  for (const button of document.querySelectorAll("[data-answer]")) {
    button.setAttribute("aria-pressed", String(button.dataset.answer === given));
    button.disabled = at >= cells.length;
  }
  const done = cells.filter((cell) => answers[name(cell)]).length;
  document.getElementById("done").textContent = done;
  document.getElementById("bar").value = done;
}

function answer(given) {
  if (at >= cells.length) return;
  answers[name(cells[at])] = given;
  try { localStorage.setItem(key, JSON.stringify(answers)); } catch { /* kept till the page closes */ }
  at += 1;
  show();
}

function move(by) {
  at = Math.min(cells.length, Math.max(0, at + by));
  show();
}

function save() {
  const lines = ["report_id,code,answer"];
  for (const cell of cells) {
    lines.push([cell.dataset.report, cell.dataset.code, answers[name(cell)] || ""].join(","));
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
  link.download = "sample-answers.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const keys = { y: () => answer("yes"), n: () => answer("no"), u: () => answer("unsure"),
    ArrowLeft: () => move(-1), ArrowRight: () => move(1), Backspace: () => move(-1), s: save };
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) { event.preventDefault(); act(); }
});
for (const button of document.querySelectorAll("[data-answer]")) {
  button.addEventListener("click", () => answer(button.dataset.answer));
}
document.getElementById("back").addEventListener("click", () => move(-1));
document.getElementById("next").addEventListener("click", () => move(1));
document.getElementById("save").addEventListener("click", save);
at = cells.findIndex((cell) => !answers[name(cell)]);
if (at < 0) at = cells.length;
show();
