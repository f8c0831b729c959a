"use strict";
(async function () {
  const main = document.getElementById("report");
  const bench = document.getElementById("bench");
  if (!bench) { paper.turn(1); return; }
  const base = `/report/${encodeURIComponent(main.dataset.report)}`;
  const get = (id) => document.getElementById(id);
  const input = get("input"), why = get("why"), options = get("options"), identities = get("identities");
  const tds = new Map(Array.from(document.querySelectorAll("td[data-code]"), (td) => [td.dataset.code, td]));
  const statuses = {
    ok: ["读数可靠", "read surely"], repaired: ["按勾稽改读", "repaired by the sums"], suspect: ["存疑", "in doubt"],
    missing: ["未找到", "not found"], corrected: ["已由人核定", "settled by a person"],
  };
  const marks = { blank: ["空白", "blank"], dash: ["短横", "dash"], illegible: ["看不清", "illegible"], missing: ["未找到", "not found"] };
  let cells = [], byCode = new Map(), checks = [], again = {}, current = null, latest = 0, busy = false;
  const steps = [];
  const WORTH_OFFERING = 0.0005;
  const causes = {
    publisher: ["印刷如此", "printed so"], reading: ["更可能读错", "more likely misread"], undecided: ["读错还是印错未定", "misread or printed so"],
  };
  const say = (pair) => (pair ? pair[gouji.english() ? 1 : 0] : "");
  const number = (value) => (value === null || value === undefined ? "—" : Number(value).toLocaleString("en-US", { maximumFractionDigits: 6 }));
  const doubtful = (cell) => cell.status === "suspect" || cell.status === "missing";
  const shown = (one) => (one.mark === "number" ? one.printed || String(one.value) : one.mark === "dash" ? one.printed || "—" : say(marks[one.mark]));

  function take(state) {
    cells = state.cells;
    checks = state.checks;
    latest = state.latest;
    byCode = new Map(cells.map((cell) => [cell.code, cell]));
    for (const cell of cells) {
      const td = tds.get(cell.code);
      if (!td) continue;
      td.className = `v ${cell.status} ${cell.mark}`;
      td.textContent = cell.mark === "number" || cell.mark === "dash" ? shown(cell) : cell.mark === "blank" ? "" : "?";
      td.title = `${gouji.english() ? cell.en : cell.zh} — ${say(statuses[cell.status])}`;
    }
    for (const check of checks) {
      if (check.verdict !== "fail") continue;
      for (const code of check.totals) if (tds.has(code)) tds.get(code).classList.add("broken");
    }
    const left = cells.filter(doubtful).length;
    get("left").textContent = left ? (gouji.english() ? `${left} to settle` : `还有 ${left} 处待核`) : gouji.english() ? "nothing left to settle" : "已全部核定";
    get("left").dataset.left = left;
    get("doubts").replaceChildren(...state.doubts.map((line) => {
      const one = document.createElement("li");
      one.textContent = gouji.say(line);
      return one;
    }));
    get("about").seen = state.about;
    paper.show(cells);
    if (current) { current = byCode.get(current.code); mark(); }
  }

  function readings(cell) {
    const found = [];
    const add = (one, note) => {
      const same = found.find((other) => other.mark === one.mark && other.value === one.value);
      if (same) { if (note) same.note = note; return; }
      found.push({ ...one, note });
    };
    if (cell.mark !== "missing") add({ mark: cell.mark, value: cell.value, printed: cell.printed, probability: cell.confidence });
    for (const one of (again.cells && again.cells[cell.code] && again.cells[cell.code].readings) || []) {
      if (one.mark !== "illegible" && one.probability >= WORTH_OFFERING) add(one);
    }
    const last = again.said && again.said[cell.code];
    if (last) add(last, ["上年报告结转至今年", "carried over by last year’s report"]);
    const asked = ["勾稽所求", "what the sums ask"];
    if (cell.implied !== null) add({ mark: "number", value: cell.implied, printed: String(cell.implied) }, asked);
    for (const check of checks) {
      if (check.verdict !== "fail" || check.difference === null || cell.mark !== "number") continue;
      const sign = check.totals.includes(cell.code) ? -1 : check.parts.includes(cell.code) ? 1 : 0;
      const value = cell.value + sign * check.difference;
      if (sign && Number.isInteger(value) && value >= 0) add({ mark: "number", value, printed: String(value) }, asked);
    }
    return found.slice(0, 7);
  }

  function mark() {
    for (const td of document.querySelectorAll("td.current")) { td.classList.remove("current"); td.tabIndex = -1; }
    const td = tds.get(current.code);
    if (td) { td.classList.add("current"); td.tabIndex = 0; }
  }

  function offer() {
    const cell = current;
    get("cell-name").textContent = gouji.english() ? cell.en : cell.zh;
    const sure = cell.confidence !== null && cell.status !== "corrected" ? ` ${(cell.confidence * 100).toFixed(1)}%` : "";
    get("cell-status").textContent = say(statuses[cell.status]) + sure + (cell.who ? ` · ${cell.who}` : "");
    get("cell-why").textContent = gouji.say(again.cells && again.cells[cell.code] && again.cells[cell.code].why);
    options.replaceChildren();
    readings(cell).forEach((one, place) => {
      const now = cell.mark !== "missing" && place === 0;
      const button = document.createElement("button");
      button.type = "button";
      button.className = now ? "now" : "";
      const key = document.createElement("kbd");
      key.textContent = now ? "Enter" : String.fromCharCode(65 + place - (cell.mark !== "missing" ? 1 : 0));
      const value = document.createElement("b");
      value.textContent = shown(one);
      const note = document.createElement("small");
      const chance = typeof one.probability === "number" ? `${(one.probability * 100).toFixed(one.probability < 0.01 ? 2 : 0)}%` : "";
      note.textContent = [chance, say(one.note)].filter(Boolean).join(" · ");
      button.append(key, value, note);
      button.dataset.key = key.textContent.toLowerCase();
      button.addEventListener("click", () => (now ? settle("accept") : settle("correct", typed(one))));
      const line = document.createElement("li");
      line.append(button);
      options.append(line);
    });
    judge(checks.filter((check) => check.parts.includes(cell.code) || check.totals.includes(cell.code)));
  }

  const typed = (one) => (one.mark === "number" ? one.printed || String(one.value) : one.mark === "dash" ? "-" : one.mark === "blank" ? "" : "?");

  function judge(outcomes) {
    const words = new Map(checks.map((check) => [check.id, check]));
    identities.replaceChildren(...outcomes.map((one) => {
      const line = document.createElement("li");
      line.className = one.verdict;
      line.dataset.check = one.id;
      const sign = { pass: "✓ ", fail: "✗ ", not_checkable: "· " }[one.verdict];
      const check = words.get(one.id);
      const sides = document.createElement("span");
      sides.className = "num";
      sides.textContent = one.verdict === "pass" ? number(one.actual) : `${number(one.expected)} / ${number(one.actual)}${one.verdict === "fail" ? `（${one.difference > 0 ? "+" : ""}${number(one.difference)}）` : ""}`;
      line.append(sign, gouji.english() ? check.en : check.zh, " ", sides);
      if (one.verdict === "fail" && one.cause) line.append(" · ", say(causes[one.cause]));
      return line;
    }));
  }

  function go(code, keepFocus) {
    const cell = byCode.get(code);
    if (!cell) return;
    current = cell;
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.placeholder = cell.mark === "number" ? shown(cell) : "";
    mark();
    const td = tds.get(code);
    if (td) {
      td.scrollIntoView({ block: "center", inline: "nearest" });
      if (!keepFocus) td.focus({ preventScroll: true });
    }
    offer();
    paper.go(cell);
  }

  function step(by) {
    const from = current ? cells.indexOf(current) : -1;
    for (let n = 1; n <= cells.length; n += 1) {
      const place = (from + by * n + cells.length * 2) % cells.length;
      if (doubtful(cells[place])) { go(cells[place].code); return true; }
    }
    return false;
  }

  function onwards() {
    if (!step(1)) {
      if (current) go(current.code);
      gouji.tell("本份已全部核定；按 G 去下一份。", "Nothing left here; G for the next report.");
    }
  }

  async function settle(kind, text) {
    if (!current || busy) return;
    busy = true;
    const cell = current;
    try {
      const answer = await gouji.ask(`${base}/cells/${encodeURIComponent(cell.code)}`, {
        kind, text: text === undefined ? "" : text, seen: cell.seen, who: gouji.who(), why: why.value.trim(),
      });
      if (kind !== "undo") steps.push(cell.code);
      why.value = "";
      input.blur();
      take(answer.state);
      if (kind === "undo") go(cell.code);
      else onwards();
    } catch (error) {
      if (error.status === 409) {
        take(await gouji.ask(`${base}/state`));
        go(cell.code);
      }
      input.setAttribute("aria-invalid", "true");
      gouji.tell(`没有保存：${error.message}`, `not saved: ${error.message}`, true);
    } finally { busy = false; }
  }

  function undo() {
    const code = steps.pop();
    if (!code) { gouji.tell("没有可撤销的。", "Nothing to undo."); return; }
    current = byCode.get(code);
    settle("undo");
  }

  async function leave() {
    const next = await gouji.ask(`${base}/next`);
    location.href = next.report_id ? `/report/${encodeURIComponent(next.report_id)}` : "/";
  }

  let clock = 0;
  input.addEventListener("input", () => {
    clearTimeout(clock);
    clock = setTimeout(async () => {
      if (!current) return;
      const code = current.code;
      try {
        const outcomes = await gouji.ask(`${base}/try`, { code, text: input.value || "" });
        input.removeAttribute("aria-invalid");
        if (current.code === code) judge(outcomes);
      } catch { input.setAttribute("aria-invalid", "true"); }
    }, 60);
  });

  function save() {
    if (input.value.trim() === "" && input.dataset.blank !== "yes") settle("accept");
    else settle("correct", input.value);
    delete input.dataset.blank;
  }

  function across(key) {
    const td = tds.get(current.code);
    const all = Array.from(tds.values());
    const here = td.getBoundingClientRect();
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    let best = null, least = Infinity;
    for (const other of all) {
      const there = other.getBoundingClientRect();
      const along = dx ? dx * (there.left - here.left) : dy * (there.top - here.top);
      const aside = dx ? Math.abs(there.top - here.top) : Math.abs(there.left - here.left);
      if (along > 2 && along + aside * 6 < least) { least = along + aside * 6; best = other; }
    }
    if (best) go(best.dataset.code);
  }

  const deeds = {
    accept: save, illegible: () => settle("illegible"), undo, next: () => step(1), previous: () => step(-1),
    leave, help: () => get("help").showModal(),
  };
  for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => deeds[button.dataset.do]());
  const keys = { x: "illegible", u: "undo", n: "next", j: "next", p: "previous", k: "previous", g: "leave", "?": "help" };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || get("help").open) return;
    const key = event.key;
    if (event.target === input || event.target === why) {
      if (key === "Enter") { event.preventDefault(); save(); }
      if (key === "Escape") { event.preventDefault(); go(current.code); }
      return;
    }
    if (event.target.closest("input, select, textarea")) return;
    if (key === "Enter" && event.target.closest("button, a, summary")) return;
    const option = options.querySelector(`button[data-key="${CSS.escape(key.toLowerCase())}"]`);
    if (key === "Enter") save();
    else if (/^[0-9.]$/.test(key)) { input.focus(); return; }
    else if (key === "-") settle("correct", "-");
    else if (key === "Delete" || key === "Backspace") settle("correct", "");
    else if (option && /^[a-f]$/i.test(key)) option.click();
    else if (keys[key.toLowerCase()]) deeds[keys[key.toLowerCase()]]();
    else if (key === "[") paper.scale(0.8);
    else if (key === "]") paper.scale(1.25);
    else if (key.toLowerCase() === "w") paper.scale(0);
    else if (key.toLowerCase() === "q") location.href = "/";
    else if (key.startsWith("Arrow") && current && event.target.closest("td")) across(key);
    else return;
    event.preventDefault();
  });

  get("about").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    try {
      for (const name of ["agency", "year"]) {
        const answer = await gouji.ask(`${base}/cells/about.${name}`, {
          kind: "correct", text: form.elements[name].value, seen: form.seen[name], who: gouji.who(), why: "",
        });
        take(answer.state);
      }
      gouji.tell("机关和年度已核定。", "Agency and year settled.");
    } catch (error) { gouji.tell(`没有保存：${error.message}`, `not saved: ${error.message}`, true); }
  });

  for (const [code, td] of tds) td.addEventListener("click", () => go(code));
  paper.onPick((code) => go(code));
  document.addEventListener("language", async () => { take(await gouji.ask(`${base}/state`)); if (current) offer(); });

  try {
    take(await gouji.ask(`${base}/state`));
    const broken = checks.find((check) => check.verdict === "fail");
    if (!step(1) && cells.length) go(broken ? broken.totals[0] : cells[0].code);
    main.dataset.ready = "yes";
    gouji.ask(`${base}/again`).then((found) => { again = found; if (current) offer(); main.dataset.again = "yes"; })
      .catch(() => { main.dataset.again = "no"; });
  } catch (error) { gouji.tell(error.message, error.message, true); }

  setInterval(async () => {
    try {
      const now = await gouji.ask(`${base}/state`);
      if (now.latest === latest || busy) return;
      take(now);
      if (current && document.activeElement !== input) offer();
    } catch { /* the server rests; the next correction will say so */ }
  }, 5000);
})();
