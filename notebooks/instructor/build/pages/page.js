// An experiment without a kernel: every setting was run when the page was built; here it is looked up and painted.
// LOOK, BOOK and CANVAS are put in their places by the build; CANVAS is nnlib/experiments/frame/canvas.js itself.

// ---- the sweep, unpacked (its twin is pack.py)

async function unpack(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const all = new Uint8Array(await new Response(stream).arrayBuffer()), end = all.indexOf(0);
  return { ...JSON.parse(new TextDecoder().decode(all.subarray(0, end))), bytes: all.subarray(end + 1) };
}

function whole(bytes, at, count, planes) {
  const values = new Uint32Array(count);
  for (let p = 0; p < planes; p++) for (let i = 0; i < count; i++) values[i] += bytes[at + p * count + i] * 256 ** p;
  return values;
}

function arrayOf(book, number) {
  const [kind, count, planes, more, at] = book.arrays[number];
  if (kind === "r") return book.bytes.subarray(planes, planes + count);
  if (kind === "c") {
    const colours = new Uint32Array(book.bytes.slice(at, at + 4 * more).buffer), which = whole(book.bytes, at + 4 * more, count, planes);
    return new Uint8Array(Uint32Array.from(which, (i) => colours[i]).buffer);
  }
  const values = new Float32Array(count), steps = whole(book.bytes, at, count, planes), grain = 2 ** more;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += steps[i] % 2 ? -(steps[i] + 1) / 2 : steps[i] / 2;
    values[i] = sum === -(2 ** 30) ? NaN : sum * grain;
  }
  return new Uint8Array(values.buffer);
}

// The message of a setting, as the kernel would send it.
function pictureAt(book, key) {
  const [message, label, code] = book.settings[key], parts = message.parts.map((number) => arrayOf(book, number));
  const data = new Uint8Array(parts.reduce((all, part) => all + part.length, 0));
  parts.reduce((at, part) => { data.set(part, at); return at + part.length; }, 0);
  return { picture: { ...message, data: new DataView(data.buffer) }, label, code };
}

// ---- a held picture behind a new one: Picture.with_ghost of pictures.py, on messages

function loose(picture) { // the same with arrays in the marks
  const { buffer } = picture.data, numbers = ([at, count]) => new Float32Array(buffer, at, count), pixels = ([at, count]) => new Uint8Array(buffer, at, count);
  const open = (mark) => ({ ...mark, x: numbers(mark.x), y: numbers(mark.y), ...(mark.rgba ? { rgba: pixels(mark.rgba) } : {}) });
  return { ...picture, panels: picture.panels.map((panel) => ({ ...panel, marks: panel.marks.map(open) })) };
}

const equal = (a, b) => a.length === b.length && a.every((v, i) => v === b[i] || (v !== v && b[i] !== b[i]));
const same = (a, b) => a.kind === b.kind && equal(a.x, b.x) && equal(a.y, b.y) && (a.kind !== "field" || equal(a.rgba, b.rgba));
const otherBins = (mark, marks) => marks.some((m) => m.kind === "bars" && (mark.size / m.size <= 1 / 3 || mark.size / m.size >= 3));

function limitsOf(panel, axis) {
  if (panel.given[axis === "x" ? 0 : 1]) return panel[axis + "lim"];
  let values = panel.marks.filter((m) => m.kind !== "text" && !(m.ghost && m.kind === "bars")).flatMap((m) => Array.from(m[axis]));
  if (axis === "y") values = values.concat(panel.marks.some((m) => m.kind === "bars") ? [0] : [], panel.includes.map((v) => (panel.ylog ? Math.log10(v) : v)));
  values = values.filter(Number.isFinite);
  const low = values.length ? values.reduce((a, b) => Math.min(a, b)) : 0, high = values.length ? values.reduce((a, b) => Math.max(a, b)) : 1;
  if (panel.marks.some((m) => m.kind === "field")) return [low, high];
  const room = 0.05 * (high - low) || 0.5;
  return [low - room, high + room];
}

function withGhost(now, held, word) {
  const [fresh, old] = [loose(now), loose(held)], data = [];
  let size = 0;
  const put = (array) => { data.push([size, new Uint8Array(array.buffer, array.byteOffset, array.byteLength)]); const at = size; size += Math.ceil(array.byteLength / 4) * 4; return [at, array.length]; };
  const pack = (mark) => ({ ...mark, x: put(mark.x), y: put(mark.y), ...(mark.rgba ? { rgba: put(mark.rgba) } : {}) });
  const panels = fresh.panels.map((panel, i) => {
    const was = old.panels[i];
    if (!was) return { ...panel, marks: panel.marks.map(pack) };
    const ghosts = was.marks
      .filter((m) => m.held && !panel.marks.some((other) => same(m, other)) && !(m.kind === "bars" && otherBins(m, panel.marks)))
      .map((m, first) => ({ ...m, ghost: true, label: undefined, dash: false, ...(first ? {} : { label: word }) }));
    const fields = panel.marks.filter((m) => m.kind === "field"), oldField = was.marks.find((m) => m.kind === "field");
    const all = { ...panel, marks: [...fields, ...ghosts, ...panel.marks.filter((m) => m.kind !== "field")] };
    if (oldField && fields.length && !same(oldField, fields[0])) Object.assign(all, { before: was.marks.filter((m) => m.kind !== "text").map(pack), word });
    return { ...all, xlim: limitsOf(all, "x"), ylim: limitsOf(all, "y"), marks: all.marks.map(pack) };
  });
  const bytes = new Uint8Array(size);
  for (const [at, part] of data) bytes.set(part, at);
  return { ...now, panels, data: new DataView(bytes.buffer) };
}

// ---- what canvas.js takes for the widget's model

class Model {
  constructor(values) { this.values = values; this.listeners = {}; }
  get(name) { return this.values[name]; }
  set(values) {
    Object.assign(this.values, values);
    for (const name of Object.keys(values)) for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }
  on(event, listener) { (this.listeners[event] ??= []).push(listener); }
  off(event, listener) { this.listeners[event] = (this.listeners[event] ?? []).filter((other) => other !== listener); }
  send() {}
}

// ---- the page

const $ = (name) => document.querySelector(`[data-part="${name}"]`);
const body = document.body, dark = matchMedia("(prefers-color-scheme: dark)");
const inside = window.parent !== window; // in a notebook's page or on a slide, and those are light
const themed = () => { body.dataset.jpThemeLight = String(inside || !dark.matches); };
if (inside) document.documentElement.style.colorScheme = "light";
themed();
const zoom = Number(getComputedStyle(document.querySelector("main")).zoom) || 1, sharp = window.devicePixelRatio || 1;
if (zoom !== 1) Object.defineProperty(window, "devicePixelRatio", { get: () => sharp * zoom }); // on a projector all is larger, the canvas not coarser

const book = await unpack(BOOK);
const model = new Model({ look: LOOK, picture: {}, label: "", written: true, pointer: "" });
let at = [...book.start], held = null, before = null;

window.nnlib = { pictureAt: (key) => pictureAt(book, key), withGhost }; // for tests, and for the curious

const changes = (since) => book.controls.map((c, i) => since[i] !== at[i] && `${c.label} ${c.values[since[i]]} → ${c.values[at[i]]}`).filter(Boolean).join(", ") || "nothing";
const stateOf = () => [book.name, ...book.controls.map((c, i) => `${c.name}=${c.values[at[i]].replaceAll(" ", "_")}`)].join(" ");

function draw() {
  const { picture, label, code } = pictureAt(book, at.join()), old = held ?? before;
  model.set({ label, picture: old ? withGhost(picture, pictureAt(book, old.join()).picture, held ? "held" : "before") : picture });
  $("held").textContent = held ? `Held (dotted): ${book.settings[held.join()][1]}. Changed since: ${changes(held)}` : "";
  $("held").hidden = !held;
  if ($("code")) $("code").textContent = code;
  if ($("state")) $("state").textContent = stateOf();
  for (const [i, control] of controls.entries()) control.show(at[i]);
}

function move(i, value) {
  at[i] = value;
  if (before) { before = null; $("chips")?.classList.add("nn-past"); }
  draw();
}

const controls = book.controls.map((control, i) => {
  const part = $(`control-${control.name}`);
  if (!part) return { show() {}, lock() {} };
  const field = part.querySelector("input, select"), shown = part.querySelector("output");
  const read = () => move(i, field.type === "checkbox" ? control.values.indexOf(field.checked ? "yes" : "no") : Number(field.value));
  field.addEventListener("input", read);
  return {
    show(value) {
      if (field.type === "checkbox") field.checked = control.values[value] === "yes"; else field.value = value;
      if (shown) { shown.textContent = control.values[value]; field.setAttribute("aria-valuetext", control.values[value]); }
    },
    lock(locked) { field.disabled = locked; },
  };
});

const chips = [...document.querySelectorAll("[data-option]")];
function answer(option) {
  before = [...at];
  at = [...book.asked];
  for (const chip of chips) {
    const own = chip.dataset.option, right = own === book.observed, wrong = own === option && !right;
    chip.disabled = true;
    chip.classList.toggle("nn-right", right);
    chip.classList.toggle("nn-wrong", wrong);
    chip.textContent = `${right ? "✓ " : wrong ? "✗ " : ""}${own}`;
  }
  $("verdict").textContent = `${option ? `You predicted ${option}.` : "You made no prediction."} Observed: ${book.observed}.`;
  asking(false);
  draw();
}
function asking(yes) {
  for (const control of controls) control.lock(yes);
  for (const name of ["hold", "reset"]) $(name).disabled = yes;
  for (const name of ["why-button", "again"]) if ($(name)) $(name).hidden = yes;
  if ($("reveal")) $("reveal").hidden = !yes;
}
function ask() {
  at = [...book.start];
  held = before = null;
  for (const chip of chips) { chip.disabled = false; chip.className = "jupyter-button"; chip.textContent = chip.dataset.option; }
  $("chips")?.classList.remove("nn-past");
  $("verdict").textContent = "";
  $("why").hidden = true;
  $("hold").textContent = "Hold";
  asking(chips.length > 0);
  draw();
}

for (const chip of chips) chip.addEventListener("click", () => answer(chip.dataset.option));
$("reveal")?.addEventListener("click", () => answer(null));
$("again")?.addEventListener("click", () => { ask(); chips[0]?.focus(); });
$("why-button")?.addEventListener("click", () => { $("why").hidden = !$("why").hidden; });
$("hold").addEventListener("click", () => { held = held ? null : [...at]; before = null; $("hold").textContent = held ? "Release" : "Hold"; draw(); });
$("reset").addEventListener("click", () => { at = [...book.start]; before = null; draw(); });
$("copy").addEventListener("click", () => navigator.clipboard?.writeText($("code").textContent).catch(() => {}));
$("play")?.addEventListener("click", play);

// The film of a training: the last slider runs from its present place to its end, or again from the start.
let playing = 0;
function play() {
  const i = book.controls.length - 1, end = book.controls[i].values.length - 1;
  if (playing) { clearInterval(playing); playing = 0; }
  else {
    if (at[i] === end) move(i, 0);
    playing = setInterval(() => { if (at[i] === end) play(); else move(i, at[i] + 1); }, 120);
  }
  $("play").textContent = playing ? "Pause" : "Play";
}

$("page").hidden = false;
dark.addEventListener("change", () => { themed(); draw(); });
CANVAS.render({ model, el: $("canvas") });
ask();

// In a deck or a notebook's page the frame is as high as what it holds.
let own = null;
try { own = window.frameElement; } catch { /* a frame of another origin */ }
if (own) new ResizeObserver(() => { own.style.height = `${document.documentElement.offsetHeight}px`; }).observe(document.documentElement);
