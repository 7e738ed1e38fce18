// A slide that is taller than the screen is set a little smaller; a much taller one continues on the next: cut between paragraphs,
// code and output, where a cut does least harm.
const TALL = 690, SMALLEST = 0.7;

function piecesOf(section) {  // between any two of these a slide may be cut
  return [...section.querySelectorAll('.jp-Cell')].filter(cell => !cell.closest('aside')).flatMap(cell => {
    const text = cell.querySelector('.jp-MarkdownOutput');
    if (text) return [...text.children];
    return [cell.querySelector('.jp-InputArea'), ...cell.querySelectorAll('.jp-OutputArea-child')].filter(Boolean).flatMap(lines);
  });
}

function lines(part) {  // an output longer than a screen, cut before a line that is not indented
  const all = part.querySelector('.jp-OutputArea-output > pre');
  if (!all || part.getBoundingClientRect().height < TALL) return [part];
  const blocks = all.textContent.split(/\n(?=\S)/), half = all.textContent.length / 2;
  const at = blocks.findIndex((_, i) => blocks.slice(0, i + 1).join('\n').length >= half);
  if (at < 1) return [part];
  return [blocks.slice(0, at), blocks.slice(at)].flatMap((some, i) => {
    const copy = part.cloneNode(true);
    copy.querySelector('pre').textContent = some.join('\n');
    part.before(copy);
    if (i) part.remove();
    return lines(copy);
  });
}

const isHeading = piece => /^H[1-6]$/.test(piece.tagName), isText = piece => !!piece.closest('.jp-MarkdownOutput');

function harm(above, below) {  // of a cut between two pieces, against 1 for one slide more
  if (isHeading(above)) return 9;
  if (isHeading(below)) return -0.2;
  if (below.tagName === 'DETAILS' || /:\s*$/.test(above.textContent)) return 0.7;
  if (isText(above)) return isText(below) ? 0.3 : 0.2;
  if (isText(below)) return above.querySelector('img, iframe, .jupyter-widgets') ? 0.6 : 0.1;
  if (below.parentElement === above.parentElement) return 0.6;  // lines of numbers stay together, and with their picture
  return above.matches('.jp-InputArea') && !above.closest('.jp-Cell').querySelector('img, iframe') ? 0.4 : 0.2;
}

function cuts(pieces) {  // the indices at which slides begin: the cheapest way, by dynamic programming
  const box = pieces.map(piece => piece.getBoundingClientRect()), best = [{cost: 0}];
  for (let end = 1; end <= pieces.length; end++) {
    for (let from = end - 1; from >= 0; from--) {
      const height = box[end - 1].bottom - box[from].top;
      if (height > TALL / SMALLEST && from < end - 1) break;
      const small = Math.max(0, height / TALL - 1), empty = height < TALL / 4 ? 0.4 : 0;
      const cost = best[from].cost + 1 + 4 * small + empty + (from ? harm(pieces[from - 1], pieces[from]) : 0);
      if (!best[end] || cost < best[end].cost) best[end] = {cost, from};
    }
  }
  const starts = [];
  for (let end = pieces.length; end > 0; end = best[end].from) starts.unshift(best[end].from);
  return starts;
}

function move(piece, section, home) {  // with copies of the elements around it
  const around = [];
  for (let node = piece.parentElement; node !== section; node = node.parentElement) around.unshift(node);
  for (const node of around) {
    if (home.lastElementChild?.original !== node) {
      home.append(node.cloneNode(false));
      home.lastElementChild.original = node;
    }
    home = home.lastElementChild;
  }
  home.append(piece);
}

function paginate(section, pieces, starts) {
  const notes = [...section.querySelectorAll('aside.notes')];
  let last = section;
  starts.forEach((start, i) => {
    const home = section.cloneNode(false), box = document.createElement('div'), inner = document.createElement('div');
    pieces.slice(start, starts[i + 1]).forEach(piece => move(piece, section, inner));
    inner.firstElementChild.classList.remove('fragment');  // it comes with its own slide
    box.className = 'page';
    box.append(inner);
    home.append(box, ...notes.map(note => note.cloneNode(true)));
    last.after(home);
    last = home;
  });
  section.remove();
}

function fit(boxes) {  // smaller type where a page is too tall, all pages at once: one layout for each step
  const set = (box, zoom) => box.firstChild.style.zoom = box.parentElement.dataset.zoom = zoom;
  const tall = box => box.scrollHeight > TALL + 10;
  boxes.forEach(box => set(box, 1));
  const found = boxes.filter(tall).map(box => ({box, low: SMALLEST, high: 1}));
  for (let i = 0; i < 5; i++) {
    for (const f of found) set(f.box, (f.low + f.high) / 2);
    for (const f of found) f[tall(f.box) ? 'high' : 'low'] = (f.low + f.high) / 2;
  }
  for (const f of found) set(f.box, f.low);
}

document.body.classList.add('measuring');
const start = () => require([`${REVEAL}/dist/reveal.js`, `${REVEAL}/plugin/notes/notes.js`], (Reveal, Notes) => {
  for (const section of document.querySelectorAll('.slides > section > section')) section.classList.add('page');
  const sections = [...document.querySelectorAll('.slides > section > section')].filter(section => section.querySelector('.jp-Cell'));
  const pieces = sections.map(section => [...new Set(piecesOf(section))]);
  const starts = pieces.map(cuts);
  for (const picture of document.querySelectorAll('.slides img')) picture.style.width = `${picture.width}px`;  // it shrinks with its slide
  for (const section of sections) section.classList.remove('page');
  sections.forEach((section, i) => paginate(section, pieces[i], starts[i]));
  fit([...document.querySelectorAll('.page')]);
  document.body.classList.remove('measuring');
  document.addEventListener('toggle', event => fit([event.target.closest('.page')]), true);  // an answer is opened
  window.Reveal = Reveal;
  Reveal.initialize({ width: 1280, height: 720, margin: 0, center: false, hash: true, navigationMode: 'linear', slideNumber: 'c/t', transition: 'none', plugins: [Notes] })
    .then(() => {
      window.removeEventListener('message', keep);
      early.forEach(data => window.postMessage(data, '*'));
    });
});
// after the formulas and the fonts: all have their heights then, and every window cuts alike
window.addEventListener('load', () => MathJax.Hub.Queue(() => document.fonts.ready.then(start)));
