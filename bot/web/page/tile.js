// A picture for an anime without one, drawn from its names and number: the same anime always looks the same.

import { svg } from "./dom.js";

/** Numbers in [0, 1) that follow from a seed (mulberry32). */
function seeded(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Pairs of hues that sit well together: dusk, tea garden, deep sea, plum, persimmon, night, moss, wisteria.
const SKIES = [[258, 18], [150, 64], [205, 176], [322, 268], [14, 42], [228, 282], [96, 168], [276, 330]];
const JAPANESE = /[\u3005\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]+/u;
const LITTLE = new Set(["the", "a", "an", "of", "no", "to", "wa", "ga", "wo", "ni", "de", "and", "in", "on"]);

/** The Japanese name's first run of characters, at most 18; else the first letters of up to two words. */
function mark(title, subtitle) {
  const japanese = [title, ...(subtitle ?? "").split(" · ")].map((name) => name.match(JAPANESE)?.[0]).find(Boolean);
  if (japanese) return { vertical: true, characters: [...japanese].slice(0, 18) };
  const words = title.split(/[\s:;,.!?/&()-]+/u).filter(Boolean);
  const telling = words.filter((word) => !LITTLE.has(word.toLowerCase()));
  const letters = (telling.length ? telling : words).slice(0, 2).map((word) => [...word][0].toUpperCase());
  return { vertical: false, characters: letters.length ? letters : ["?"] };
}

function hills(next, hue, dark) {
  return [0, 1, 2].map((layer) => {
    const base = 185 + layer * 36, high = 26 - layer * 5, phase = next() * 7, wide = 38 + next() * 30;
    let path = `M0 300V${base}`;
    for (let x = 0; x <= 200; x += 10) {
      const y = base + Math.sin(x / wide + phase) * high + Math.sin(x / 17 + phase * 2) * 4;
      path += `L${x} ${y.toFixed(1)}`;
    }
    return svg("path", { d: `${path}V300Z`, fill: `hsl(${hue} 34% ${dark - layer * 7}%)`, opacity: 0.62 + layer * 0.14 });
  });
}

/** Seigaiha: overlapping rings in rows, the old pattern for waves. */
function waves(next, hue, dark) {
  const shapes = [];
  for (let row = 0; row < 5; row += 1) {
    for (let column = -1; column < 6; column += 1) {
      const x = column * 44 + (row % 2) * 22, y = 206 + row * 24;
      for (const radius of [24, 17, 10]) {
        const fill = `hsl(${hue} 36% ${dark + (radius === 17 ? 12 : 0) - row * 2}%)`;
        shapes.push(svg("circle", { cx: x, cy: y + 12, r: radius, fill, stroke: "#fff", "stroke-opacity": 0.18 }));
      }
    }
  }
  return shapes;
}

function petals(next, hue, dark) {
  const shapes = [svg("path", { d: "M0 300V262Q100 236 200 268V300Z", fill: `hsl(${hue} 34% ${dark - 8}%)`, opacity: 0.8 })];
  for (let number = 0; number < 22; number += 1) {
    const x = next() * 200, y = 30 + next() * 235, size = 3 + next() * 5;
    const turn = `rotate(${(next() * 180).toFixed(0)} ${x.toFixed(1)} ${y.toFixed(1)})`;
    shapes.push(
      svg("ellipse", { cx: x.toFixed(1), cy: y.toFixed(1), rx: size, ry: size * 0.55, fill: "#fff", opacity: 0.16 + next() * 0.3, transform: turn }),
    );
  }
  return shapes;
}

function rain(next, hue, dark) {
  const shapes = [svg("path", { d: "M0 300V250H24V226H52V258H78V214H104V246H138V230H164V262H200V300Z", fill: `hsl(${hue} 36% ${dark - 10}%)`, opacity: 0.85 })];
  for (let number = 0; number < 34; number += 1) {
    const x = next() * 230, y = next() * 240, long = 12 + next() * 22;
    shapes.push(
      svg("path", { d: `M${x.toFixed(1)} ${y.toFixed(1)}l${(-long / 4).toFixed(1)} ${long.toFixed(1)}`, stroke: "#fff", "stroke-width": 1.2, "stroke-linecap": "round", opacity: 0.14 + next() * 0.26 }),
    );
  }
  return shapes;
}

/** Writing from top to bottom, in a second column to the left where one is too short. */
function column(characters) {
  const columns = characters.length > 9 ? 2 : 1, high = Math.ceil(characters.length / columns);
  const size = Math.min(46, 244 / high, columns === 2 ? 32 : 46);
  return characters.map((character, number) => {
    const x = 182 - size * (0.5 + Math.floor(number / high) * 1.12), y = 20 + size * ((number % high) + 0.5);
    return svg("text", { x, y, "font-size": size * 0.92 }, character === "ー" ? "｜" : character);
  });
}

const SCENES = [hills, waves, petals, rain];
let drawn = 0;

/** An SVG picture, 2:3. */
export function tile(title, malId, subtitle) {
  const next = seeded(malId), id = `sky${(drawn += 1)}`;
  const [above, below] = SKIES[Math.floor(next() * SKIES.length)];
  const scene = SCENES[Math.floor(next() * SCENES.length)];
  const shift = next() * 16 - 8;
  const sky = svg(
    "linearGradient", { id, x1: 0, y1: 0, x2: 0.3, y2: 1 },
    svg("stop", { offset: 0, "stop-color": `hsl(${above + shift} 46% 34%)` }),
    svg("stop", { offset: 0.62, "stop-color": `hsl(${below + shift} 48% 56%)` }),
    svg("stop", { offset: 1, "stop-color": `hsl(${below + shift} 62% 74%)` }),
  );
  const disc = { cx: (44 + next() * 40).toFixed(0), cy: (64 + next() * 60).toFixed(0), r: (26 + next() * 16).toFixed(0) };
  const { vertical, characters } = mark(title, subtitle);
  const letters = vertical ? column(characters) : [svg("text", { x: 100, y: 150, "font-size": 76, "letter-spacing": -2 }, characters.join(""))];
  return svg(
    "svg", { viewBox: "0 0 200 300", class: "tile", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true", focusable: "false" },
    svg("defs", {}, sky),
    svg("rect", { width: 200, height: 300, fill: `url(#${id})` }),
    svg("circle", { ...disc, fill: "#fff6e4", opacity: 0.82 }),
    ...scene(next, above + shift, 30),
    svg("g", { fill: "#fff", "text-anchor": "middle", "dominant-baseline": "central", class: "tile-mark" }, ...letters),
  );
}
