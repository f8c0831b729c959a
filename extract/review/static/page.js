"use strict";
/* The page image: zoom, pan, boxes over the cells. Sizes are in points of the page. */
const paper = (function () {
  const view = document.getElementById("view");
  const canvas = document.getElementById("canvas");
  const image = document.getElementById("image");
  const boxes = document.getElementById("boxes");
  const main = document.getElementById("report");
  const pages = Number(main.dataset.pages);
  const note = document.getElementById("no-image");
  let page = 0, size = null, zoom = 0, cells = [], current = null, picked = () => {};

  function fit() { return Math.max(0.3, (view.clientWidth - 28) / (size ? size.width : 595)); }

  function lay() {
    if (!size) return;
    canvas.style.width = `${size.width * zoom}px`;
    canvas.style.height = `${size.height * zoom}px`;
    document.getElementById("zoom").textContent = `${Math.round(zoom * 75)}%`;
    for (const box of boxes.children) {
      const [x0, y0, x1, y1] = box.corners;
      box.style.left = `${x0 * zoom}px`;
      box.style.top = `${y0 * zoom}px`;
      box.style.width = `${(x1 - x0) * zoom}px`;
      box.style.height = `${(y1 - y0) * zoom}px`;
    }
  }

  function drawBoxes() {
    boxes.replaceChildren();
    for (const cell of cells) {
      if (cell.page !== page || !cell.box) continue;
      const box = document.createElement("div");
      box.className = `box ${cell.status}`;
      box.corners = cell.box;
      box.dataset.code = cell.code;
      box.classList.toggle("current", cell.code === current);
      box.addEventListener("click", () => picked(cell.code));
      boxes.append(box);
    }
    lay();
  }

  async function turn(to) {
    if (!canvas || to < 1 || to > pages || to === page) return;
    page = to;
    note.textContent = "";
    document.getElementById("page-number").textContent = `${page} / ${pages}`;
    try {
      const response = await fetch(`/report/${main.dataset.report}/page/${page}`);
      if (!response.ok) throw new Error(gouji.say((await response.json()).error));
      const sizes = { width: Number(response.headers.get("x-page-width")), height: Number(response.headers.get("x-page-height")) };
      const picture = URL.createObjectURL(await response.blob());
      if (to !== page) return;
      if (image.src) URL.revokeObjectURL(image.src);
      image.src = picture;
      size = sizes;
      zoom = zoom || fit();
    } catch (error) {
      image.removeAttribute("src");
      size = size || { width: 595, height: 842 };
      zoom = zoom || fit();
      note.textContent = (gouji.english() ? "No page image: " : "没有页面图像：") + error.message;
    }
    image.alt = `${page} / ${pages}`;
    drawBoxes();
  }

  function centre(cell) {
    if (!cell.box || !size) return;
    const [x0, y0, x1, y1] = cell.box;
    view.scrollTo({
      left: canvas.offsetLeft + ((x0 + x1) / 2) * zoom - view.clientWidth / 2,
      top: canvas.offsetTop + ((y0 + y1) / 2) * zoom - view.clientHeight / 2,
    });
  }

  async function go(cell) {
    current = cell.code;
    if (!canvas) return;
    await turn(cell.page || page || 1);
    if (current !== cell.code) return;
    for (const box of boxes.children) box.classList.toggle("current", box.dataset.code === current);
    centre(cell);
  }

  function scale(factor) {
    if (!size) return;
    const middle = [(view.scrollLeft + view.clientWidth / 2) / zoom, (view.scrollTop + view.clientHeight / 2) / zoom];
    zoom = factor ? Math.min(8, Math.max(0.3, zoom * factor)) : fit();
    lay();
    view.scrollTo(middle[0] * zoom - view.clientWidth / 2, middle[1] * zoom - view.clientHeight / 2);
  }

  if (canvas) {
    image.addEventListener("load", () => { image.dataset.page = page; });
    document.getElementById("page-back").addEventListener("click", () => turn(page - 1));
    document.getElementById("page-on").addEventListener("click", () => turn(page + 1));
    document.getElementById("zoom-in").addEventListener("click", () => scale(1.25));
    document.getElementById("zoom-out").addEventListener("click", () => scale(0.8));
    document.getElementById("zoom-fit").addEventListener("click", () => scale(0));
    view.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      scale(event.deltaY < 0 ? 1.15 : 0.87);
    }, { passive: false });
    let from = null;
    view.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "mouse" || event.button) return;
      from = [event.clientX + view.scrollLeft, event.clientY + view.scrollTop];
      view.classList.add("dragging");
    });
    window.addEventListener("pointermove", (event) => {
      if (from) view.scrollTo(from[0] - event.clientX, from[1] - event.clientY);
    });
    window.addEventListener("pointerup", () => { from = null; view.classList.remove("dragging"); });
    let before = view.clientWidth;
    new ResizeObserver(() => {
      const fitted = size && Math.abs(zoom - Math.max(0.3, (before - 28) / size.width)) < 0.01;
      before = view.clientWidth;
      if (fitted) scale(0);
    }).observe(view);
  }

  return {
    go, scale, turn,
    show(now) { cells = now; if (page) drawBoxes(); },
    onPick(call) { picked = call; },
  };
})();
