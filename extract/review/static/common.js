"use strict";
/* What both pages share: language, who is at work, words of the server. */
const gouji = (function () {
  const root = document.documentElement;
  const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
  const english = () => root.lang === "en";
  const say = (both) => (both ? both[english() ? "en" : "zh"] : "");
  const said = document.getElementById("said");
  let clock = 0;

  function tell(zh, en, bad) {
    said.textContent = english() ? en : zh;
    said.classList.toggle("bad", Boolean(bad));
    clearTimeout(clock);
    clock = setTimeout(() => { said.textContent = ""; }, bad ? 9000 : 2500);
  }

  async function ask(path, body) {
    const options = { headers: {}, credentials: "same-origin" };
    if (body !== undefined) {
      options.method = "POST";
      options.headers["x-csrf-token"] = meta("csrf");
      if (body instanceof FormData) options.body = body;
      else {
        options.headers["content-type"] = "application/json";
        options.body = JSON.stringify(body);
      }
    }
    const response = await fetch(path, options);
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const detail = answer.error ? say(answer.error) : `HTTP ${response.status}`;
      throw Object.assign(new Error(detail), { status: response.status, answer });
    }
    return answer;
  }

  const language = document.getElementById("lang");
  language.addEventListener("click", () => {
    root.lang = english() ? "zh" : "en";
    language.textContent = english() ? "中文" : "English";
    document.cookie = `lang=${root.lang};path=/;max-age=31536000;samesite=strict`;
    document.dispatchEvent(new CustomEvent("language"));
  });

  const who = document.getElementById("who");
  try { who.value = localStorage.getItem("who") || meta("who"); } catch { /* no storage: the default stays */ }
  who.addEventListener("change", () => {
    try { localStorage.setItem("who", who.value.trim()); } catch { /* lasts as long as the page */ }
  });

  return { ask, tell, say, english, who: () => who.value.trim() };
})();
