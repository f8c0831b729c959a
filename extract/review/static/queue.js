"use strict";
(function () {
  const drop = document.getElementById("drop");
  const jobs = document.getElementById("jobs");
  const words = {
    sending: ["发送中", "sending"], waiting: ["排队中", "waiting"], reading: ["读取中", "reading"],
    writing: ["写入中", "writing"], done: ["完成", "done"], failed: ["未能读取", "not read"],
  };
  const steps = { sending: 0.1, waiting: 0.25, reading: 0.5, writing: 0.85, done: 1, failed: 1 };

  function show(line, stage, name, job) {
    line.replaceChildren();
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = steps[stage];
    bar.setAttribute("aria-label", name);
    const text = document.createElement("span");
    text.textContent = `${name} — ${words[stage][gouji.english() ? 1 : 0]}`;
    line.append(bar, text);
    line.dataset.stage = stage;
    if (job && job.error) {
      const why = document.createElement("span");
      why.className = "why";
      why.textContent = typeof job.error === "string" ? job.error : gouji.say(job.error);
      line.append(why);
    }
    if (job && job.report_id) {
      const places = [["", gouji.english() ? "open" : "打开"], ["/download/xlsx", "XLSX"], ["/download/csv", "CSV"]];
      for (const [tail, label] of places) {
        const link = document.createElement("a");
        link.href = `/report/${encodeURIComponent(job.report_id)}${tail}`;
        link.textContent = label;
        if (tail) link.download = "";
        line.append(link);
      }
    }
  }

  async function send(file) {
    const line = document.createElement("li");
    jobs.append(line);
    show(line, "sending", file.name);
    try {
      const form = new FormData();
      form.append("name", file.name);
      form.append("file", file, "upload");
      const { job } = await gouji.ask("/upload", form);
      for (;;) {
        const now = await gouji.ask(`/upload/${job}`);
        show(line, now.stage, now.name, now);
        if (now.stage === "done" || now.stage === "failed") break;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
    } catch (error) {
      show(line, "failed", file.name, { error: error.message });
    }
  }

  async function sendAll(files) { for (const file of files) await send(file); }
  document.getElementById("file").addEventListener("change", (event) => sendAll(event.target.files));
  for (const name of ["dragover", "dragenter"]) {
    document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    sendAll(event.dataTransfer.files);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target === document.body) {
      const first = document.querySelector("table.list a");
      if (first) first.click();
    }
    if (event.key === "/") { event.preventDefault(); document.getElementById("q").focus(); }
  });
})();
