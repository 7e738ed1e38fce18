// Paints the picture that pictures.py describes, and reports where the pointer went, in the units of the axes.
const FONT = "13px sans-serif", GRID = "#88888833";
const NARROWEST = 220; // CSS pixels of a panel; where they would be narrower, fewer stand side by side

function ticks(low, high, count) {
  const raw = (high - low) / count, size = 10 ** Math.floor(Math.log10(raw));
  const step = size * [1, 2, 5, 10].find((s) => s * size >= raw);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(i * step);
  return found.map((v) => [v, String(+v.toPrecision(6))]);
}

function logTicks(low, high, count) {
  const step = Math.max(1, Math.ceil((high - low) / count)), found = [];
  for (let k = Math.ceil(low / step) * step; k <= high + 1e-9; k += step) found.push([k, `1e${k}`]);
  const digits = Math.max(2, Math.ceil(1.4 - Math.log10(high - low))); // a short axis: plain numbers that differ
  return found.length > 1 ? found : ticks(low, high, 4).map(([v]) => [v, Number(10 ** v).toPrecision(digits)]);
}

// The legend of a panel, broken into rows: [[mark, x], ...] for each.
function legend(c, panel, cell) {
  const rows = [[]];
  let x = 20;
  c.font = FONT;
  for (const mark of panel.marks.filter((m) => m.label)) {
    const wide = c.measureText(mark.label).width + 40;
    if (x + wide > cell && x > 20) { rows.push([]); x = 20; }
    rows.at(-1).push([mark, x]);
    x += wide;
  }
  return rows;
}

// The picture with as few columns as its width has room for.
function fitted(picture, width) {
  if (picture.columns === 1 || width * Math.min(...picture.shares) >= NARROWEST) return picture;
  const columns = Math.max(1, Math.min(picture.columns - 1, Math.floor(width / NARROWEST)));
  return { ...picture, columns, shares: Array(columns).fill(1 / columns) };
}

function ticksOf(panel, axis, length) {
  const [low, high] = panel[axis + "lim"];
  return panel[axis + "ticks"] || (panel[axis + "log"] ? logTicks : ticks)(low, high, length / (axis === "x" ? 70 : 40));
}

// Where each panel stands, in CSS pixels: {left, top, width, height} of its axes, the left side and width of its cell,
// and how far left of the axes the words of the y axis stand.
function layout(c, picture, width) {
  return picture.panels.map((panel, i) => {
    const column = i % picture.columns, cell = width * picture.shares[column];
    const cellLeft = width * picture.shares.slice(0, column).reduce((sum, share) => sum + share, 0);
    const rows = legend(c, panel, cell), top = 30 + (rows[0].length ? 18 * rows.length : 0);
    const height = picture.height - top - 46;
    const widest = Math.max(0, ...ticksOf(panel, "y", height).map(([, words]) => c.measureText(words).width));
    const yWords = Math.max(48, widest + 18), margin = yWords + 10;
    const box = { left: cellLeft + margin, top: Math.floor(i / picture.columns) * picture.height + top, cell, cellLeft, yWords, height };
    box.width = cell - margin - 14;
    if (panel.square) {
      const wide = panel.xlim[1] - panel.xlim[0], high = panel.ylim[1] - panel.ylim[0];
      const scale = Math.min(box.width / wide, box.height / high);
      box.left += (box.width - scale * wide) / 2;
      [box.width, box.height] = [scale * wide, scale * high];
    }
    return box;
  });
}

// Words centred on x, moved and at worst narrowed so that they stay within the panel's cell.
function fillWithin(c, words, x, y, box, most = box.cell - 4) {
  const half = Math.min(c.measureText(words).width, most) / 2;
  c.textAlign = "center";
  c.fillText(words, Math.min(Math.max(x, box.cellLeft + half + 2), box.cellLeft + box.cell - half - 2), y, most);
}

function marker(c, kind, x, y, r) {
  c.beginPath();
  if (kind === "o") c.arc(x, y, r, 0, 7);
  else if (kind === "s") c.rect(x - r, y - r, 2 * r, 2 * r);
  else if (kind === "D") { c.moveTo(x, y - 1.3 * r); c.lineTo(x + 1.3 * r, y); c.lineTo(x, y + 1.3 * r); c.lineTo(x - 1.3 * r, y); }
  else if (kind === "^" || kind === "v") {
    const up = kind === "^" ? -1 : 1;
    c.moveTo(x, y + 1.3 * r * up); c.lineTo(x + 1.2 * r, y - r * up); c.lineTo(x - 1.2 * r, y - r * up);
  } else { // P, X and the rest: a cross
    const turn = kind === "X" ? Math.PI / 4 : 0;
    for (let i = 0; i < 4; i++) {
      const a = turn + (i * Math.PI) / 2, w = 0.45;
      for (const t of [-w, w]) c.lineTo(x + 1.4 * r * Math.cos(a + t), y + 1.4 * r * Math.sin(a + t));
      c.lineTo(x + 0.6 * r * Math.cos(a + Math.PI / 4), y + 0.6 * r * Math.sin(a + Math.PI / 4));
    }
  }
  c.closePath();
}

// Where the pixels of a field go before they are stretched: one for each size, as to make one takes longer than to paint it.
const pads = new Map();
function pad(columns, rows) {
  const key = `${columns} ${rows}`;
  if (!pads.has(key)) pads.set(key, new OffscreenCanvas(columns, rows).getContext("2d"));
  return pads.get(key);
}

function paintMark(c, mark, read, sx, sy, ink) {
  const xs = read(mark.x), ys = read(mark.y);
  c.globalAlpha = mark.ghost ? 0.7 : 1;
  c.strokeStyle = c.fillStyle = mark.colour === "ink" ? ink : mark.colour;
  c.setLineDash(mark.dash ? [6, 4] : []);
  if (mark.kind === "field") {
    const count = xs.length / 2, { columns, rows } = mark, bytes = read.bytes(mark.rgba);
    const image = new ImageData(new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.length), columns, rows * count);
    const small = pad(columns, rows * count); // all fields of the mark, one below the other
    small.putImageData(image, 0, 0);
    c.imageSmoothingEnabled = columns >= 50;
    for (let i = 0; i < count; i++) {
      const [left, right, bottom, top] = [sx(xs[2 * i]), sx(xs[2 * i + 1]), sy(ys[2 * i]), sy(ys[2 * i + 1])];
      c.save();
      c.translate(left, bottom); // row 0 lies at the bottom
      c.scale(1, -1);
      c.drawImage(small.canvas, 0, i * rows, columns, rows, 0, 0, right - left, bottom - top);
      c.restore();
    }
  } else if (mark.kind === "line") {
    c.lineWidth = mark.size;
    c.beginPath();
    let pen = false;
    for (let i = 0; i < xs.length; i++) {
      const there = !Number.isNaN(xs[i]) && !Number.isNaN(ys[i]);
      if (there) pen ? c.lineTo(sx(xs[i]), sy(ys[i])) : c.moveTo(sx(xs[i]), sy(ys[i]));
      pen = there;
    }
    c.stroke();
  } else if (mark.kind === "points") {
    c.strokeStyle = "#ffffff";
    c.lineWidth = 1;
    for (let i = 0; i < xs.length; i++) {
      marker(c, mark.marker, sx(xs[i]), sy(ys[i]), mark.size);
      c.fill();
      c.stroke();
    }
  } else if (mark.kind === "bars") {
    for (let i = 0; i < xs.length; i++) {
      const left = sx(xs[i] - mark.size / 2), right = sx(xs[i] + mark.size / 2);
      mark.ghost ? c.strokeRect(left, sy(ys[i]), right - left, sy(0) - sy(ys[i])) : c.fillRect(left, sy(ys[i]), right - left, sy(0) - sy(ys[i]));
    }
  } else if (mark.kind === "text") {
    c.textAlign = "center";
    c.textBaseline = "middle";
    if (mark.colour.toUpperCase() !== "#FFFFFF") { // a halo keeps words readable on top of lines
      c.strokeStyle = getComputedStyle(c.canvas).getPropertyValue("--jp-layout-color0").trim() || "#ffffff";
      c.lineWidth = 4;
      c.strokeText(mark.words, sx(xs[0]), sy(ys[0]));
    }
    c.fillText(mark.words, sx(xs[0]), sy(ys[0]));
  }
  c.globalAlpha = 1;
  c.setLineDash([]);
}

function paintPanel(c, panel, box, read, ink) {
  const [x0, x1] = panel.xlim, [y0, y1] = panel.ylim;
  const sx = (x) => box.left + ((x - x0) / (x1 - x0)) * box.width;
  const sy = (y) => box.top + box.height - ((y - y0) / (y1 - y0)) * box.height;
  const bottom = box.top + box.height;
  const xs = ticksOf(panel, "x", box.width), ys = ticksOf(panel, "y", box.height);
  c.font = FONT;
  c.lineWidth = 1;
  c.strokeStyle = GRID;
  c.beginPath();
  for (const [x] of xs) { c.moveTo(sx(x), box.top); c.lineTo(sx(x), bottom); }
  for (const [y] of ys) { c.moveTo(box.left, sy(y)); c.lineTo(box.left + box.width, sy(y)); }
  c.stroke();
  c.save();
  c.beginPath();
  c.rect(box.left, box.top, box.width, box.height);
  c.clip();
  for (const mark of panel.marks) paintMark(c, mark, read, sx, sy, ink);
  c.restore();
  c.strokeStyle = "#888888";
  c.lineWidth = 1;
  c.strokeRect(box.left, box.top, box.width, box.height);
  c.fillStyle = ink;
  c.textBaseline = "top";
  const room = Math.min(box.cell, ...xs.slice(1).map(([x], i) => sx(x) - sx(xs[i][0]))) - 4;
  for (const [x, words] of xs) fillWithin(c, words, sx(x), bottom + 5, box, room);
  fillWithin(c, panel.x, box.left + box.width / 2, bottom + 24, box);
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const [y, words] of ys) c.fillText(words, box.left - 6, sy(y));
  c.save();
  c.translate(box.left - box.yWords, box.top + box.height / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = "center";
  c.fillText(panel.y, 0, 0, box.height + 40);
  c.restore();
}

function paintHeader(c, panel, box, cellTop, ink) {
  c.font = "bold " + FONT;
  c.fillStyle = ink;
  c.textBaseline = "top";
  fillWithin(c, panel.title, box.left + box.width / 2, cellTop + 8, box);
  c.font = FONT;
  c.textAlign = "left";
  c.textBaseline = "middle";
  legend(c, panel, box.cell).forEach((row, i) => row.forEach(([mark, at]) => {
    const x = box.cellLeft + at, y = cellTop + 36 + 18 * i;
    c.strokeStyle = c.fillStyle = mark.colour === "ink" ? ink : mark.colour;
    c.lineWidth = 2;
    if (mark.kind === "line") { c.setLineDash(mark.dash ? [6, 4] : []); c.beginPath(); c.moveTo(x, y); c.lineTo(x + 22, y); c.stroke(); c.setLineDash([]); }
    else if (mark.kind === "points") { marker(c, mark.marker, x + 11, y, 5); c.fill(); }
    else c.fillRect(x + 4, y - 6, 14, 12);
    c.fillStyle = ink;
    c.fillText(mark.label, x + 26, y);
  }));
}

function paint(canvas, given, width) {
  const picture = fitted(given, width);
  const rows = Math.ceil(picture.panels.length / picture.columns), sharp = window.devicePixelRatio || 1;
  const height = rows * picture.height;
  if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) {
    canvas.width = Math.round(width * sharp);
    canvas.height = Math.round(height * sharp);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const c = canvas.getContext("2d"), view = picture.data;
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const read = ([offset, length]) => new Float32Array(bytes, offset, length);
  read.bytes = ([offset, length]) => new Uint8Array(bytes, offset, length);
  const ink = getComputedStyle(canvas).getPropertyValue("--jp-content-font-color1").trim() || getComputedStyle(canvas).color;
  c.setTransform(sharp, 0, 0, sharp, 0, 0);
  c.clearRect(0, 0, width, height);
  const boxes = layout(c, picture, width);
  picture.panels.forEach((panel, i) => {
    paintHeader(c, panel, boxes[i], Math.floor(i / picture.columns) * picture.height, ink);
    paintPanel(c, panel, boxes[i], read, ink);
  });
  return boxes;
}

export default {
  render({ model, el }) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    const words = document.createElement("div");
    words.setAttribute("aria-live", "polite");
    words.style.cssText = "color: var(--jp-ui-font-color1); font-size: var(--jp-widgets-font-size, 13px); line-height: 1.5; min-height: 3em; padding: 4px 2px";
    words.hidden = !model.get("written");
    el.append(canvas, words);
    let boxes = [], waiting = false, frames = 0, trace = null, number = 0, next = [];

    function draw() {
      waiting = false;
      const picture = next.shift() ?? model.get("picture");
      if (next.length) ask();
      if (!picture || !picture.panels || !el.isConnected) return;
      const room = el.clientWidth || el.parentElement?.clientWidth || 800;
      boxes = paint(canvas, picture, Math.min(Math.max(room, 300), 900));
      canvas.setAttribute("aria-label", model.get("label"));
      if (!words.hidden && words.textContent !== model.get("label")) words.textContent = model.get("label");
      canvas.dataset.frames = ++frames;
      if (number) model.send({ kind: "painted", number }); // the playground waits for this
      number = 0;
    }
    function ask() {
      if (!waiting) { waiting = true; requestAnimationFrame(draw); }
    }

    // The pointer: "click" sends one point, "draw" a path, "box" the two corners of a rectangle. All in axis units.
    function place(event) {
      const frame = canvas.getBoundingClientRect(), x = event.clientX - frame.left, y = event.clientY - frame.top;
      const panel = boxes.findIndex((b) => x >= b.left && x <= b.left + b.width && y >= b.top && y <= b.top + b.height);
      if (panel < 0) return null;
      const p = model.get("picture").panels[panel], b = boxes[panel];
      return {
        panel,
        x: p.xlim[0] + ((x - b.left) / b.width) * (p.xlim[1] - p.xlim[0]),
        y: p.ylim[0] + (1 - (y - b.top) / b.height) * (p.ylim[1] - p.ylim[0]),
      };
    }
    // A finger draws where it can draw, and scrolls the page everywhere else.
    function touch() {
      canvas.style.touchAction = ["draw", "box"].includes(model.get("pointer")) ? "none" : "auto";
    }
    touch();
    model.on("change:pointer", touch);
    canvas.addEventListener("pointercancel", () => { trace = null; });
    canvas.addEventListener("pointerdown", (event) => {
      const at = model.get("pointer") && place(event);
      if (at) { trace = [at]; canvas.setPointerCapture(event.pointerId); }
    });
    canvas.addEventListener("pointermove", (event) => {
      const at = trace && place(event);
      if (!at || at.panel !== trace[0].panel) return;
      trace.push(at);
      const b = boxes[at.panel], c = canvas.getContext("2d"), frame = canvas.getBoundingClientRect();
      c.strokeStyle = c.fillStyle = "#D55E00";
      if (model.get("pointer") === "draw") c.fillRect(event.clientX - frame.left - 1.5, event.clientY - frame.top - 1.5, 3, 3);
    });
    canvas.addEventListener("pointerup", () => {
      if (!trace) return;
      const path = trace;
      trace = null;
      model.send({ kind: model.get("pointer"), panel: path[0].panel, x: path.map((p) => p.x), y: path.map((p) => p.y) });
    });

    model.on("change:picture", () => { // of a film, two that come between two frames of the screen are painted one after the other
      const picture = model.get("picture");
      next = picture.film ? [...next, picture].slice(-2) : [picture];
      number = picture.number || number;
      ask();
    });
    model.on("change:label", ask);
    model.on("msg:custom", (message) => {
      if (message.copy) navigator.clipboard?.writeText(message.copy).catch(() => {});
    });
    let wide = 0;
    const watch = new ResizeObserver(() => { // words below the picture change the height only, and ask for no new picture
      if (el.clientWidth !== wide) { wide = el.clientWidth; ask(); }
    });
    watch.observe(el);
    // Keys pressed in an experiment belong to it. Lab and Notebook look for this attribute on the focused element itself
    // first, and upwards only until an element that one of their shortcuts names.
    const keep = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    let whole = null;
    requestAnimationFrame(() => {
      whole = el.closest(".nnlib-experiment");
      whole?.setAttribute("data-lm-suppress-shortcuts", "true");
      whole?.addEventListener("focusin", keep);
    });
    model.send({ kind: "opened" });
    ask();
    return () => {
      watch.disconnect();
      whole?.removeEventListener("focusin", keep);
      model.off("change:pointer", touch);
      model.send({ kind: "closed" });
    };
  },
};
