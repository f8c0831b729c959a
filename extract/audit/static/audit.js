"use strict";
(function () {
  const root = document.documentElement;
  const button = document.getElementById("lang");
  function speak(language) {
    root.lang = language;
    button.textContent = language === "en" ? "中文" : "English";
    for (const option of document.querySelectorAll("option[data-en]")) {
      option.textContent = language === "en" ? option.dataset.en : option.dataset.zh;
    }
  }
  button.addEventListener("click", () => speak(root.lang === "en" ? "zh" : "en"));
  speak(/^zh/i.test(navigator.language || "zh") ? "zh" : "en");

  const controls = Array.from(document.querySelectorAll("[data-filter]"));
  const findings = Array.from(document.querySelectorAll(".finding"));
  function sift() {
    const wanted = controls.map((one) => [one.dataset.filter, one.value.trim().toLowerCase()]);
    const counts = {};
    for (const finding of findings) {
      const fits = wanted.every(([name, value]) => {
        const held = (finding.dataset[name] || "").toLowerCase();
        return !value || (name === "agency" ? held.includes(value) : held === value);
      });
      finding.hidden = !fits;
      if (fits) counts[finding.dataset.list] = (counts[finding.dataset.list] || 0) + 1;
    }
    for (const place of document.querySelectorAll("[data-shown]")) {
      place.textContent = counts[place.dataset.shown] || 0;
    }
  }
  for (const one of controls) one.addEventListener("input", sift);
  function open() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  open();
})();
