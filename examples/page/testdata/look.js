// What the tests ask of a page. Nothing here is part of the page.

// charts lists each chart with its words and how many marks it has.
function charts() {
  return [...document.querySelectorAll('svg[role=img]')].map(svg => ({
    title: svg.querySelector(':scope > title')?.textContent ?? '',
    words: (svg.getAttribute('aria-labelledby') ?? '').split(' ').map(id => document.getElementById(id)?.textContent ?? '').join(' / '),
    marks: svg.querySelectorAll('.mark').length,
    told: [...svg.querySelectorAll('.mark')].filter(m => m.querySelector(':scope > title')?.textContent).length,
    lost: [...svg.querySelectorAll('.mark')].filter(m => lost(m, svg)).length,
    height: svg.getBoundingClientRect().height,
  }));
}

// lost reports whether a mark cannot be pointed at within its drawing.
function lost(mark, svg) {
  const at = mark.getBoundingClientRect(), of = svg.getBoundingClientRect();
  return !(at.width > 0 && at.height > 0 && at.left >= of.left - 2 && at.right <= of.right + 2 && at.top >= of.top - 2 && at.bottom <= of.bottom + 2);
}

// doubled lists the ids that occur more than once.
function doubled() {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}

function openAll() { document.querySelectorAll('details').forEach(d => d.open = true); }

// focused says where the keyboard is: which element, whether it is a closed fold, and which tables are in it.
function focused() {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return {place: -1, closed: false, tables: []};
  const tables = [...document.querySelectorAll('table')];
  return {
    place: [...document.querySelectorAll('*')].indexOf(e),
    closed: e.tagName === 'SUMMARY' && !e.parentElement.open,
    tables: tables.flatMap((t, i) => e.tagName !== 'MAIN' && e.contains(t) && t.getBoundingClientRect().height > 0 ? [i] : []),
  };
}

// rgb reads a colour of the browser's: red, green, blue and opacity.
function rgb(text) {
  const m = text.match(/^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/);
  if (!m) throw new Error('a colour that is not known: ' + text);
  return [+m[1], +m[2], +m[3], m[4] === undefined ? 1 : +m[4]];
}

function luminance(c) {
  const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// contrast is that of WCAG 2.
function contrast(a, b) {
  const [hi, lo] = [luminance(a.slice(0, 3)), luminance(b.slice(0, 3))].sort((x, y) => y - x);
  return (hi + 0.05) / (lo + 0.05);
}

// behind returns the colour behind an element: of what is drawn below it in its group, else of what it stands in.
function behind(e) {
  const box = e.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
  for (let before = e.previousElementSibling; before && e.closest('svg'); before = before.previousElementSibling) {
    const at = before.getBoundingClientRect(), fill = before.tagName === 'rect' ? getComputedStyle(before).fill : 'none';
    if (fill !== 'none' && rgb(fill)[3] === 1 && at.left <= x && x <= at.right && at.top <= y && y <= at.bottom) return rgb(fill);
  }
  for (let around = e; around; around = around.parentElement) {
    const colour = rgb(getComputedStyle(around).backgroundColor);
    if (colour[3] === 1) return colour;
  }
  return [255, 255, 255, 1];
}

// faint looks at all words that can be seen, and lists those that stand out too little.
function faint(least) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const out = {looked: 0, least: 21, faint: []};
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || ['TITLE', 'DESC', 'title', 'desc', 'STYLE'].includes(e.tagName)) continue;
    if (!e.checkVisibility() || e.getBoundingClientRect().height === 0) continue;
    const style = getComputedStyle(e), ratio = contrast(rgb(e.closest('svg') ? style.fill : style.color), behind(e));
    out.looked++;
    out.least = Math.min(out.least, ratio);
    if (ratio < least) out.faint.push(ratio.toFixed(2) + ' ' + node.textContent.trim().slice(0, 40));
  }
  return out;
}

// wide lists what sticks out of the page, and does not scroll by itself.
function wide() {
  return [...document.querySelectorAll('body *')].filter(e => !e.closest('.table') && !e.closest('.skip') && e.getBoundingClientRect().right > innerWidth + 0.5)
    .map(e => e.tagName + ' ' + e.textContent.trim().slice(0, 40));
}

// clipped lists words of drawings that reach beyond them.
function clipped() {
  return [...document.querySelectorAll('svg text')].filter(e => {
    const at = e.getBoundingClientRect(), of = e.closest('svg').getBoundingClientRect();
    return at.width > 0 && (at.left < of.left - 1 || at.right > of.right + 1 || at.bottom > of.bottom + 1 || at.top < of.top - 1);
  }).map(e => e.closest('svg').querySelector('title').textContent + ': ' + e.textContent);
}

// touching lists words of a drawing that lie on each other.
function touching() {
  const out = [];
  for (const svg of document.querySelectorAll('svg')) {
    const words = [...svg.querySelectorAll('text')].filter(e => e.textContent.trim()).map(e => ({e, at: e.getBoundingClientRect()})).filter(w => w.at.width > 0);
    for (let i = 0; i < words.length; i++) for (let j = i + 1; j < words.length; j++) {
      const a = words[i].at, b = words[j].at;
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
        out.push(svg.querySelector('title').textContent + ': ' + words[i].e.textContent + ' / ' + words[j].e.textContent);
    }
  }
  return out;
}
