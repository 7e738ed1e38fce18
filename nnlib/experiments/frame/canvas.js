// Paints the picture that pictures.py describes, and reports where the pointer went, in the units of the axes.
const FONT = "11px system-ui, sans-serif", TITLE = "600 12px system-ui, sans-serif";
const TITLE_ROOM = 24, ROW = 17, BELOW = 36; // CSS pixels above the axes: the title, a row of names; and below: ticks and their label
const TWO_COLUMNS = 620, ONE_COLUMN = 430, TALL_ONE = 560; // narrower than this, so many panels stand side by side at most
const THUMB = 80; // side of the small picture of the run before

function ticks(low, high, count) {
  const raw = (high - low) / Math.max(count, 2), size = 10 ** Math.floor(Math.log10(raw));
  const shown = (step) => Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  const wanted = [1, 2, 5, 10].findIndex((s) => s * size >= raw), steps = [0.5, 1, 2, 5, 10].map((s) => s * size);
  const step = shown(steps[wanted + 1]) > 1 ? steps[wanted + 1] : steps[wanted]; // one number alone says nothing about the size
  const first = Math.ceil(low / step - 1e-9), more = Math.min(shown(step) - 1, 100);
  const found = []; // on an axis shorter than the rounding of its numbers i would not grow: so many at most
  for (let i = 0; i <= more; i++) found.push((first + i) * step);
  return found.map((v) => [v, String(+v.toPrecision(6))]);
}

// Powers of ten; on a short axis 1, 2 and 5 times them, and on one that holds fewer than two of these, plain numbers.
function logTicks(low, high, count) {
  const step = Math.max(1, Math.ceil((high - low) / count)), found = [];
  for (let k = Math.ceil(low / step - 1e-9) * step; k <= high + 1e-9; k += step) found.push([k, power(k)]);
  if (found.length > 2 || high - low > 3) return found;
  for (const digits of [[1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const between = [];
    for (let k = Math.floor(low); k <= high; k++)
      for (const digit of digits) between.push([k + Math.log10(digit), plain(digit, k)]);
    const seen = between.filter(([at]) => at >= low - 1e-9 && at <= high + 1e-9);
    if (seen.length > 1) return seen.length <= count + 2 || found.length < 2 ? seen : found;
  }
  const digits = Math.min(Math.max(2, Math.ceil(1.4 - Math.log10(high - low))), 17);
  return ticks(low, high, 4).map(([v]) => [v, Number(10 ** v).toPrecision(digits)]);
}
const power = (k) => (Math.abs(k) <= 3 ? plain(1, k) : `1e${k}`);
const plain = (digit, k) => (Math.abs(k) > 3 ? `${digit}e${k}` : k >= 0 ? String(digit * 10 ** k) : (digit * 10 ** k).toFixed(-k));

// The names above a panel, broken into rows: [[mark, x], ...] for each. The y label stands before them.
function legend(c, panel, cell) {
  c.font = FONT;
  const begin = panel.y ? c.measureText(panel.y).width + 18 : 0, rows = [[]];
  let x = begin;
  for (const mark of panel.marks.filter((m) => m.label && !m.at)) {
    const wide = c.measureText(mark.label).width + 36;
    if (x + wide > cell && x > 0) { rows.push([]); x = 0; }
    rows.at(-1).push([mark, x]);
    x += wide;
  }
  return rows[0].length || begin ? rows : [];
}

// The picture with as few columns as its width has room for.
function fitted(picture, width) {
  const most = width < (picture.tall && picture.columns === 2 ? TALL_ONE : ONE_COLUMN) ? 1 : width < TWO_COLUMNS ? 2 : picture.columns;
  const { panels, columns, tall } = picture;
  if (columns <= most) return { ...picture, heights: tall ?? Array(Math.ceil(panels.length / columns)).fill(picture.height) };
  let heights = Array(Math.ceil(panels.length / most)).fill(tall ? 220 : Math.min(picture.height, 250));
  if (tall && most === 1) heights = [tall[0] + tall[1], ...cells(picture).slice(1).map(({ row }) => tall[row])];
  return { ...picture, columns: most, tall: null, shares: Array(most).fill(1 / most), heights };
}

function ticksOf(panel, axis, length) {
  const [low, high] = panel[axis + "lim"];
  const found = panel[axis + "ticks"] || (panel[axis + "log"] ? logTicks : ticks)(low, high, length / (axis === "x" ? 70 : 40));
  let last = -Infinity; // numbers along y that would lie on the one below are left out
  return axis === "x" ? found : found.filter(([at]) => (Math.abs(at - last) / (high - low)) * length >= 12 && ((last = at), true));
}

// The cell of each panel: {column, row, span, wide}, the latter in rows and columns. The last one takes what is left of
// its row. In a tall picture the first one stands beside two rows of the others.
function cells(picture) {
  const last = picture.panels.length - 1, { columns } = picture;
  if (!picture.tall) return picture.panels.map((_, i) => ({ column: i % columns, row: Math.floor(i / columns), span: 1, wide: i === last ? columns - (i % columns) : 1 }));
  const across = columns - 1;
  return picture.panels.map((_, i) => {
    const column = 1 + ((i - 1) % across);
    return i === 0 ? { column: 0, row: 0, span: 2, wide: 1 } : { column, row: Math.floor((i - 1) / across), span: 1, wide: i === last ? across + 1 - column : 1 };
  });
}

// Where each panel stands, in CSS pixels: {left, top, width, height} of its axes, the left side, top and width of its cell.
// The axes of one row begin at one height.
function layout(c, picture, width) {
  const places = cells(picture), total = (numbers) => numbers.reduce((all, one) => all + one, 0);
  const sum = (from, to) => width * total(picture.shares.slice(from, to));
  const wide = places.map(({ column, wide }) => sum(column, column + wide));
  const names = picture.panels.map((panel, i) => legend(c, panel, wide[i] - 12));
  return picture.panels.map((panel, i) => {
    const { column, row, span } = places[i], cell = wide[i], cellLeft = sum(0, column), cellTop = total(picture.heights.slice(0, row));
    const rows = Math.max(...names.filter((_, k) => places[k].row === row).map((found) => found.length));
    const top = cellTop + TITLE_ROOM + ROW * rows + 4;
    const height = cellTop + total(picture.heights.slice(row, row + span)) - top - (panel.x || !panel.xticks || panel.xticks.length ? BELOW : 8);
    const widest = Math.max(0, ...ticksOf(panel, "y", height).map(([, words]) => c.measureText(words).width));
    const margin = widest ? Math.max(30, widest + 12) : 4;
    const box = { left: cellLeft + margin, top, cell, cellLeft, cellTop, names: names[i], height, width: cell - margin - 14 };
    if (panel.square) {
      const wide = panel.xlim[1] - panel.xlim[0], high = panel.ylim[1] - panel.ylim[0];
      const scale = Math.min(box.width / wide, box.height / high), room = box.width - scale * wide;
      [box.width, box.height] = [scale * wide, scale * high];
      if (panel.before && room >= THUMB + 6 && (THUMB * high) / wide < box.height + BELOW - 16) box.thumb = { left: box.left + box.width + 10, top: box.top, width: THUMB, height: (THUMB * high) / wide };
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

// The head of an arrow from (x0, y0), with its tip at (x1, y1).
function head(c, x0, y0, x1, y1, size) {
  c.save();
  c.translate(x1, y1);
  c.rotate(Math.atan2(y1 - y0, x1 - x0));
  c.beginPath();
  c.moveTo(0.4 * size, 0); c.lineTo(-size, 0.7 * size); c.lineTo(-size, -0.7 * size);
  c.fill();
  c.restore();
}

// Where the pixels of a field go before they are stretched: one for each size, as to make one takes longer than to paint it.
const pads = new Map();
function pad(columns, rows) {
  const key = `${columns} ${rows}`;
  if (!pads.has(key)) pads.set(key, new OffscreenCanvas(columns, rows).getContext("2d"));
  return pads.get(key);
}

// A colour as it shows: ``look`` has the theme's own for what lies on the page, a field keeps the light ones.
function tone(colour, look, kind = "marks") {
  const name = colour.toUpperCase();
  return colour === "ink" ? look.ink : look[kind][name] ?? look.marks[name] ?? colour;
}

function paintMark(c, mark, read, sx, sy, look) {
  const xs = read(mark.x), ys = read(mark.y);
  c.strokeStyle = c.fillStyle = mark.ghost ? look.held : tone(mark.colour, look);
  c.setLineDash(mark.ghost && mark.kind === "line" ? [2, 3] : mark.dash ? [6, 4] : []);
  if (mark.kind === "field") {
    const count = xs.length / 2, { columns, rows } = mark, bytes = read.bytes(mark.rgba);
    const image = new ImageData(new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, bytes.length), columns, rows * count);
    const small = pad(columns, rows * count); // all fields of the mark, one below the other
    small.putImageData(image, 0, 0);
    if (mark.ink) { // only where it lies counts
      small.globalCompositeOperation = "source-in";
      small.fillStyle = look.ink;
      small.fillRect(0, 0, columns, rows * count);
      small.globalCompositeOperation = "source-over";
    }
    c.imageSmoothingEnabled = columns > 64; // up to there a field is a map of single cells
    for (let i = 0; i < count; i++) {
      const [left, right, bottom, top] = [sx(xs[2 * i]), sx(xs[2 * i + 1]), sy(ys[2 * i]), sy(ys[2 * i + 1])];
      c.save();
      c.translate(left, bottom); // row 0 lies at the bottom
      c.scale(1, -1);
      c.drawImage(small.canvas, 0, i * rows, columns, rows, 0, 0, right - left, bottom - top);
      c.restore();
      if (mark.edge) { c.strokeStyle = look.frame; c.lineWidth = 1; c.strokeRect(left, top, right - left, bottom - top); }
    }
  } else if (mark.kind === "line") {
    c.lineWidth = mark.ghost ? 1.5 : mark.size;
    c.beginPath();
    let pen = false;
    for (let i = 0; i < xs.length; i++) {
      const there = !Number.isNaN(xs[i]) && !Number.isNaN(ys[i]);
      const x = sx(xs[i]), y = sy(ys[i]);
      if (there && !pen) c.moveTo(x, y);
      else if (there && mark.curved) { // leaves and arrives level
        const middle = (x + sx(xs[i - 1])) / 2;
        c.bezierCurveTo(middle, sy(ys[i - 1]), middle, y, x, y);
      } else if (there) c.lineTo(x, y);
      pen = there;
    }
    c.stroke();
    if (mark.arrow && !mark.ghost) head(c, sx(xs[0]), sy(ys[0]), sx(xs.at(-1)), sy(ys.at(-1)), 2 + 2 * mark.size);
  } else if (mark.kind === "points") {
    c.strokeStyle = "#222222"; // a dark edge, so that a marker is seen on a field of its own colour
    c.lineWidth = Math.min(0.8, 0.3 * mark.size);
    for (let i = 0; i < xs.length; i++) {
      marker(c, mark.marker, sx(xs[i]), sy(ys[i]), mark.size);
      if (mark.ghost) c.strokeStyle = look.held;
      else c.fill();
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
      c.strokeStyle = look.ground;
      c.lineWidth = 4;
      c.strokeText(mark.words, sx(xs[0]), sy(ys[0]));
    }
    c.fillStyle = tone(mark.colour, look, "words");
    c.fillText(mark.words, sx(xs[0]), sy(ys[0]));
  }
  c.setLineDash([]);
}

// Whether a field fills the whole panel: what lies on it has the same colours in every theme.
function filled(panel, read) {
  const field = panel.marks.find((m) => m.kind === "field" && !m.ink);
  if (!field) return false;
  const xs = read(field.x), ys = read(field.y), slack = 0.01 * (panel.xlim[1] - panel.xlim[0]);
  return xs[0] <= panel.xlim[0] + slack && xs[1] >= panel.xlim[1] - slack && ys[0] <= panel.ylim[0] + slack && ys[1] >= panel.ylim[1] - slack;
}

function paintMarks(c, panel, marks, box, read, look) {
  const [x0, x1] = panel.xlim, [y0, y1] = panel.ylim;
  const sx = (x) => box.left + ((x - x0) / (x1 - x0)) * box.width;
  const sy = (y) => box.top + box.height - ((y - y0) / (y1 - y0)) * box.height;
  c.save();
  c.beginPath();
  c.rect(box.left, box.top, box.width, box.height);
  c.clip();
  for (const mark of marks) paintMark(c, mark, read, sx, sy, look);
  c.restore();
  return [sx, sy];
}

function paintPanel(c, panel, box, read, look, onField) {
  const [x0, x1] = panel.xlim, [y0, y1] = panel.ylim;
  const sx = (x) => box.left + ((x - x0) / (x1 - x0)) * box.width;
  const sy = (y) => box.top + box.height - ((y - y0) / (y1 - y0)) * box.height;
  const bottom = box.top + box.height;
  const xs = ticksOf(panel, "x", box.width), ys = ticksOf(panel, "y", box.height);
  c.font = FONT;
  c.lineWidth = 1;
  c.strokeStyle = look.grid;
  c.beginPath();
  for (const [x] of xs) { c.moveTo(sx(x), box.top); c.lineTo(sx(x), bottom); }
  for (const [y] of ys) { c.moveTo(box.left, sy(y)); c.lineTo(box.left + box.width, sy(y)); }
  c.stroke();
  paintMarks(c, panel, panel.marks, box, read, onField);
  const named = panel.marks.filter((m) => m.label && m.at && !m.ghost), taken = named.length ? obstacles(c, panel, read, sx, sy) : [];
  for (const mark of named) paintName(c, mark, read, sx, sy, box, onField, taken);
  c.strokeStyle = look.frame;
  c.lineWidth = 1;
  if (xs.length || ys.length) c.strokeRect(box.left, box.top, box.width, box.height);
  c.fillStyle = look.muted;
  c.textBaseline = "top";
  const room = Math.min(box.cell, ...xs.slice(1).map(([x], i) => sx(x) - sx(xs[i][0]))) - 4;
  for (const [x, words] of xs) fillWithin(c, words, sx(x), bottom + 5, box, room);
  fillWithin(c, panel.x, box.left + box.width / 2, bottom + 20, box);
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const [y, words] of ys) c.fillText(words, box.left - 6, sy(y));
  if (box.thumb) { // the run before, small
    paintMarks(c, panel, panel.before.map((mark) => ({ ...mark, size: 1.2 })), box.thumb, read, onField);
    c.strokeStyle = look.frame;
    c.lineWidth = 1;
    c.strokeRect(box.thumb.left, box.thumb.top, box.thumb.width, box.thumb.height);
    c.fillStyle = look.muted;
    c.textAlign = "left";
    c.textBaseline = "top";
    c.fillText(panel.word, box.thumb.left, box.thumb.top + box.thumb.height + 4);
  }
}

// What a name beside its line may not lie on, as [left, top, right, bottom] in CSS pixels: pieces of lines, markers and words.
function obstacles(c, panel, read, sx, sy) {
  const found = [];
  for (const mark of panel.marks) {
    const xs = read(mark.x), ys = read(mark.y), r = mark.size;
    if (mark.kind === "text") { const half = c.measureText(mark.words).width / 2, x = sx(xs[0]), y = sy(ys[0]); found.push([x - half, y - 6, x + half, y - 6], [x - half, y + 6, x + half, y + 6]); }
    for (let i = 0; i < xs.length; i++) {
      const x = sx(xs[i]), y = sy(ys[i]);
      if (mark.kind === "points") found.push([x - r, y - r, x + r, y + r]);
      if (mark.kind === "line" && i > 0) found.push([sx(xs[i - 1]), sy(ys[i - 1]), x, y]);
    }
  }
  return found;
}

// Whether a piece of a line enters the box of words (Liang & Barsky 1984).
function enters([x0, y0, x1, y1], left, top, right, bottom) {
  let first = 0, last = 1;
  for (const [from, to, low, high] of [[x0, x1, left, right], [y0, y1, top, bottom]]) {
    if (!(Math.min(from, to) < high && Math.max(from, to) > low)) return false; // NaN too
    const one = (low - from) / (to - from), other = (high - from) / (to - from);
    if (to !== from) { first = Math.max(first, Math.min(one, other)); last = Math.min(last, Math.max(one, other)); }
  }
  return first < last;
}

// A line's name beside the line: at = [share of the way along it, right or left of there, above or below]. If something lies
// there, the first place that is free: on the other side, then elsewhere along the line.
function paintName(c, mark, read, sx, sy, box, look, taken) {
  const xs = read(mark.x), ys = read(mark.y), wide = c.measureText(mark.label).width, [share, right, above] = mark.at;
  const place = (share, right, above) => {
    const at = share * (xs.length - 1), i = Math.min(Math.floor(at), xs.length - 2), between = (v) => v[i] + (at - i) * (v[i + 1] - v[i]);
    const x = sx(between(xs)) + 4 * right - (wide * (1 - right)) / 2, y = sy(between(ys)) - 9 * above;
    return [Math.min(Math.max(x, box.left + 4), box.left + box.width - wide - 4), Math.min(Math.max(y, box.top + 8), box.top + box.height - 8)];
  };
  const free = ([x, y]) => y === y && !taken.some((piece) => enters(piece, x - 2, y - 6, x + wide + 2, y + 6));
  let found = place(share, right, above);
  search: for (const along of free(found) ? [] : [share, 1, 0.75, 0.5, 0.25, 0])
    for (const side of [above, -above, 2 * above, -2 * above])
      for (const way of [right, -1, 0, 1]) if (free(place(along, way, side))) { found = place(along, way, side); break search; }
  const [left, y] = found;
  if (Number.isNaN(y)) return;
  taken.push([left, y - 6, left + wide, y + 6]);
  c.textAlign = "left";
  c.textBaseline = "middle";
  c.strokeStyle = look.ground;
  c.lineWidth = 3;
  c.strokeText(mark.label, left, y);
  c.fillStyle = tone(mark.colour, look, "words");
  c.fillText(mark.label, left, y);
}

function paintHeader(c, panel, box, look, onField) {
  let room = box.cell - 10, title = panel.title;
  c.font = TITLE;
  if (panel.anchors) { // the last is the middle of buttons beside the title, which ends before them
    const x = panel.anchors.at(-2), [low, high] = panel.xlim;
    room = box.left + ((x - low) / (high - low)) * box.width - 70 - box.cellLeft;
    if (c.measureText(title).width > room) title = title.split(", ")[0];
  }
  c.fillStyle = look.ink;
  c.textBaseline = "top";
  c.textAlign = "left";
  c.fillText(title, box.cellLeft + 4, box.cellTop + 6, room);
  c.font = FONT;
  c.textBaseline = "middle";
  c.fillStyle = look.muted;
  c.fillText(panel.y, box.cellLeft + 4, box.cellTop + TITLE_ROOM + 9);
  box.names.forEach((row, i) => row.forEach(([mark, at]) => {
    const x = box.cellLeft + at + 4, y = box.cellTop + TITLE_ROOM + 9 + ROW * i;
    c.fillStyle = onField.ground; // a key on the ground that its mark lies on
    if (onField !== look) c.fillRect(x - 2, y - 7, 22, 14);
    c.strokeStyle = c.fillStyle = mark.ghost ? onField.held : tone(mark.colour, onField);
    c.lineWidth = mark.ghost ? 1.5 : mark.size;
    if (mark.kind === "line") { c.setLineDash(mark.ghost ? [2, 3] : mark.dash ? [6, 4] : []); c.beginPath(); c.moveTo(x, y); c.lineTo(x + 18, y); c.stroke(); c.setLineDash([]); }
    else if (mark.kind === "points") { c.strokeStyle = "#222222"; c.lineWidth = 0.8; if (mark.ghost) c.strokeStyle = onField.held; marker(c, mark.marker, x + 9, y, 4); if (!mark.ghost) c.fill(); c.stroke(); }
    else mark.ghost ? c.strokeRect(x + 3, y - 5, 12, 10) : c.fillRect(x + 3, y - 5, 12, 10);
    c.fillStyle = look.ink;
    c.fillText(mark.label, x + 22, y);
  }));
}

function paint(canvas, given, width, looks) {
  const picture = fitted(given, width), roomy = given.panels.some((panel) => panel.anchors) ? 1 : Math.min(width / 900, window.innerHeight / 800, 1.3);
  if (roomy > 1) picture.heights = picture.heights.map((one) => one * roomy); // on a wide and high screen a panel grows both ways
  const most = enlarged(canvas) > 1 ? (0.7 * window.innerHeight) / enlarged(canvas) : Infinity;
  const tall = picture.heights.reduce((all, one) => all + one, 0);
  if (tall > most) picture.heights = picture.heights.map((one) => Math.max((one * most) / tall, 120)); // sliders and picture on one screen
  const sharp = (window.devicePixelRatio || 1) * enlarged(canvas), height = picture.heights.reduce((all, one) => all + one, 0);
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
  const dark = document.body.dataset.jpThemeLight === "false";
  const look = looks[dark ? "dark" : "light"];
  c.setTransform(sharp, 0, 0, sharp, 0, 0);
  c.clearRect(0, 0, width, height);
  const boxes = layout(c, picture, width);
  picture.panels.forEach((panel, i) => {
    const onField = filled(panel, read) ? looks.light : look;
    paintHeader(c, panel, boxes[i], look, onField);
    paintPanel(c, panel, boxes[i], read, look, onField);
  });
  return [boxes, read];
}

// How many times larger the page shows the canvas than it was laid out, as on a stage with CSS zoom; and where the pointer is in its own pixels.
const enlarged = ({ parentElement }) => Math.round((100 * parentElement.getBoundingClientRect().width) / parentElement.offsetWidth) / 100 || 1;
function within(canvas, event) {
  const frame = canvas.getBoundingClientRect(), by = enlarged(canvas);
  return [(event.clientX - frame.left) / by, (event.clientY - frame.top) / by];
}

const short = (value) => String(+value.toPrecision(3));

// What the named curves of a panel say at x: rows of [colour, words]; only those that have a point within 8 pixels of it.
function valuesAt(panel, box, read, x) {
  const scale = box.width / (panel.xlim[1] - panel.xlim[0]), look = (value, log) => short(log ? 10 ** value : value), found = [];
  let nearest = null;
  for (const mark of panel.marks.filter((m) => m.kind === "line" && m.label)) {
    const xs = read(mark.x), ys = read(mark.y);
    let best = -1;
    for (let i = 0; i < xs.length; i++) if (!Number.isNaN(ys[i]) && (best < 0 || Math.abs(xs[i] - x) < Math.abs(xs[best] - x))) best = i;
    if (best < 0 || Math.abs(xs[best] - x) * scale > 8) continue;
    nearest ??= xs[best];
    found.push([mark, `${mark.label}: ${look(ys[best], panel.ylog)}`]);
  }
  return found.length ? [[null, `${panel.x || "x"} ${look(nearest, panel.xlog)}`], ...found] : [];
}

// HTML elements that stand in the picture, as the buttons over the layers of a network: each is put where its anchor says.
function placeAnchors(el, panel, box) {
  const things = [...(el.closest(".nn-anchored")?.querySelectorAll(".nn-anchor") ?? [])].filter((thing) => thing.style.display !== "none");
  const at = panel.anchors, key = JSON.stringify([at, box.left, box.top, box.width, box.height, things.length]);
  if (el.dataset.anchors === key) return;
  el.dataset.anchors = key;
  things.forEach((thing, i) => {
    const [x, y] = at.slice(2 * i, 2 * i + 2);
    if (y === undefined) return;
    thing.style.left = `${box.left + ((x - panel.xlim[0]) / (panel.xlim[1] - panel.xlim[0])) * box.width}px`;
    thing.style.top = `${box.top + (1 - (y - panel.ylim[0]) / (panel.ylim[1] - panel.ylim[0])) * box.height}px`;
  });
}

const CURSORS = { click: "pointer", draw: "crosshair", box: "crosshair" };

export default {
  render({ model, el }) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    const words = document.createElement("div");
    words.setAttribute("aria-live", "polite");
    words.className = "nn-numbers";
    words.hidden = !model.get("written");
    const card = document.createElement("div"); // beside the pointer: what lies under it
    card.className = "nn-card";
    card.hidden = true;
    el.classList.add("nn-canvas");
    el.append(canvas, words, card);
    let boxes = [], read = null, waiting = false, themed = false, frames = 0, trace = null, number = 0, next = [], asked = 0, still = 0, wide = 0;

    function draw() {
      waiting = false;
      const picture = next.shift() ?? model.get("picture");
      if (next.length) ask();
      if (!picture || !picture.panels || !el.isConnected) return;
      if (frames && !el.clientWidth && !themed) return; // out of sight
      themed = false;
      const room = el.clientWidth || wide || el.parentElement?.clientWidth || 800;
      [boxes, read] = paint(canvas, picture, Math.min(Math.max(room, model.get("least") ?? 300), 1160), model.get("look"));
      if (picture.panels[0].anchors) placeAnchors(el, picture.panels[0], boxes[0]);
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
      const [x, y] = within(canvas, event);
      const panel = boxes.findIndex((b) => x >= b.left && x <= b.left + b.width && y >= b.top && y <= b.top + b.height);
      if (panel < 0) return null;
      const p = model.get("picture").panels[panel], b = boxes[panel];
      return {
        panel,
        x: p.xlim[0] + ((x - b.left) / b.width) * (p.xlim[1] - p.xlim[0]),
        y: p.ylim[0] + (1 - (y - b.top) / b.height) * (p.ylim[1] - p.ylim[0]),
      };
    }
    // A finger draws in the panel that can be drawn in, and scrolls the page everywhere else; two fingers zoom it.
    const draws = (at) => ["draw", "box"].includes(model.get("pointer")) && at?.panel === (model.get("draws") ?? 0);
    canvas.addEventListener("touchstart", (event) => {
      if (event.touches.length === 1 && draws(place(event.touches[0]))) event.preventDefault();
    }, { passive: false });

    // The card: rows of [mark, words], the first in bold; with a value, a field to type another one into.
    function showCard(rows, event, value) {
      card.hidden = !rows.length;
      card.replaceChildren(...rows.map(([mark, text], i) => {
        const row = document.createElement("div");
        row.textContent = text;
        row.className = i ? "" : "nn-first";
        if (mark) row.style.borderLeft = `3px ${mark.dash ? "dashed" : "solid"} ${mark.colour}`;
        return row;
      }));
      if (value !== undefined) {
        const field = Object.assign(document.createElement("input"), { type: "number", step: "any", value });
        field.setAttribute("aria-label", rows[0][1]);
        field.addEventListener("keydown", (key) => {
          if (key.key === "Enter") model.send({ kind: "typed", value: field.valueAsNumber });
          if (["Enter", "Escape"].includes(key.key)) showCard([], event);
        });
        card.append(field);
        if (over?.pointerType !== "touch") field.select(); // else a keyboard would cover the picture
      }
      if (event) [card.dataset.x, card.dataset.y] = within(canvas, event);
      const own = boxes[0].cellLeft + boxes[0].cell, asks = model.get("hover") && +card.dataset.x < own; // what it asks for shows beside it
      const left = Math.min(+card.dataset.x + 14, (asks ? own : canvas.clientWidth) - card.offsetWidth - 2), below = +card.dataset.y + 16;
      card.style.left = `${Math.max(left, 0)}px`;
      card.style.top = `${below + card.offsetHeight > canvas.clientHeight ? Math.max(below - card.offsetHeight - 28, 0) : below}px`;
    }
    const pull = (path) => model.send({ kind: "pull", ...path[0], by: path.by });
    const typing = () => card.querySelector("input");
    let over = null; // the last place of the pointer, while nothing is pressed
    function hover(event) {
      const at = place(event);
      if (typing()) return;
      if (!model.get("hover")) {
        canvas.style.cursor = (at?.panel === (model.get("draws") ?? 0) && CURSORS[model.get("pointer")]) || "auto";
        showCard(at ? valuesAt(model.get("picture").panels[at.panel], boxes[at.panel], read, at.x) : [], event);
        return;
      }
      over = event;
      if (asked) return; // one question at a time
      asked = setTimeout(() => { asked = 0; const now = over && place(over); if (now && !trace) model.send({ kind: "hover", ...now }); }, 30);
      if (!at) showCard([]);
    }
    canvas.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "touch") return; // a finger has gone up: what it was at stays until the next touch
      over = null;
      canvas.dataset.pull = "";
      if (!typing()) showCard([]);
      if (model.get("hover")) model.send({ kind: "leave" });
    });
    canvas.addEventListener("pointercancel", () => { trace = null; });
    canvas.addEventListener("pointerdown", (event) => {
      const at = (model.get("pointer") || model.get("hover")) && place(event);
      if (typing()) showCard([]);
      if (at) { trace = [at]; still = event.clientY; over = event; canvas.setPointerCapture(event.pointerId); }
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!trace) { if (event.pointerType !== "touch") hover(event); return; }
      if (model.get("hover") && canvas.dataset.pull && event.pointerType !== "touch") { // a line is pulled: so many pixels up
        trace.by = still - event.clientY;
        asked ||= setTimeout(() => { asked = 0; if (trace) pull(trace); }, 30);
        return;
      }
      const at = place(event);
      if (!at || at.panel !== trace[0].panel) return;
      trace.push(at);
      const c = canvas.getContext("2d"), [x, y] = within(canvas, event);
      c.strokeStyle = c.fillStyle = "#D55E00";
      if (model.get("pointer") === "draw" && draws(at)) c.fillRect(x - 1.5, y - 1.5, 3, 3);
    });
    canvas.addEventListener("pointerup", () => {
      if (!trace) return;
      const path = trace;
      trace = null;
      if (path.by) pull(path);
      else model.send({ kind: model.get("pointer"), panel: path[0].panel, x: path.map((p) => p.x), y: path.map((p) => p.y) });
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
      if (message.rows && (over || message.value !== undefined)) {
        canvas.style.cursor = message.cursor ?? "auto";
        canvas.dataset.pull = message.pull ? "yes" : "";
        if (!typing()) showCard(message.rows.map((text) => [null, text]), over, message.value);
      }
    });
    const watch = new ResizeObserver(() => { // words below the picture change the height only, and ask for no new picture
      if (el.clientWidth === wide) return;
      wide = el.clientWidth;
      if (wide && model.get("hover")) model.send({ kind: "sized", wide });
      ask();
    });
    watch.observe(el);
    const theme = new MutationObserver(() => { themed = true; ask(); }); // JupyterLab hides the page while it changes
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    // Keys pressed in an experiment belong to it. Lab and Notebook look for this attribute on the focused element itself
    // first, and upwards only until an element that one of their shortcuts names.
    const keep = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    let whole = null;
    requestAnimationFrame(() => {
      whole = el.closest(".nnlib-experiment");
      whole?.setAttribute("data-lm-suppress-shortcuts", "true");
      whole?.addEventListener("focusin", keep);
    });
    model.send({ kind: "opened", still: matchMedia("(prefers-reduced-motion: reduce)").matches });
    ask();
    return () => {
      watch.disconnect();
      theme.disconnect();
      whole?.removeEventListener("focusin", keep);
      model.send({ kind: "closed" });
    };
  },
};
