// Charts as plain SVG, drawn at the width they have, so that their texts keep their size.

import { s } from "./dom.js";

const drawings = new WeakMap();
const observer = new ResizeObserver(entries => entries.forEach(entry => draw(entry.target)));

// Draws now, and again whenever the host's width changes. drawing: width in pixels → svg
export function chart(host, drawing) {
  drawings.set(host, drawing);
  observer.observe(host);
  draw(host);
}

function draw(host) {
  const width = Math.floor(host.clientWidth);
  if (width > 0) host.replaceChildren(drawings.get(host)(width));
}

function picture(width, height, label, ...children) {
  const named = label === null ? { "aria-hidden": "true" } : { role: "img", "aria-label": label };
  return s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, ...named }, ...children);
}

// Kept sizes from the most frequent values to the rarest, before the fixed size.
// columns: [{ size, words }], full: D
export function sizeColumns(width, columns, { full, label, height, detailed }) {
  const left = detailed ? 28 : 0, top = 4, bottom = detailed ? 38 : 2;
  const across = (width - left) / columns.length;
  const bar = Math.max(2, across - (detailed ? Math.min(8, across * 0.18) : 2));
  const y = size => top + (height - top - bottom) * (1 - size / full);
  const base = y(0);
  const parts = columns.flatMap((column, i) => {
    const x = left + i * across;
    const box = (size, name) => s("rect", { x, y: y(size), width: bar, height: Math.max(size > 0 ? 1 : 0, base - y(size)), class: name });
    const fixed = box(full, "fixed-bar");
    fixed.append(s("title", {}, column.words));
    const kept = box(column.size, "kept-bar");
    kept.append(s("title", {}, column.words));
    const room = column.size / full < 0.88;
    const figure = detailed && bar >= 24
      ? [s("text", { x: x + bar / 2, y: room ? y(column.size) - 5 : y(column.size) + 15, "text-anchor": "middle", class: room ? "ink" : "on-kept" }, column.size.toFixed(1))]
      : [];
    return [fixed, kept, ...figure];
  });
  return picture(width, height, label, ...parts, ...(detailed ? sizeAxis(width, left, across, columns.length, y, full) : []));
}

function sizeAxis(width, left, across, count, y, full) {
  const tick = (size, text) => s("text", { x: left - 8, y: y(size) + 4, "text-anchor": "end" }, text);
  const numbers = Array.from({ length: count }, (_, i) =>
    s("text", { x: left + (i + 0.45) * across, y: y(0) + 16, "text-anchor": "middle" }, `${i + 1}`));
  return [
    tick(full - full * 0.03, `${full}`), tick(full / 2, `${full / 2}`), tick(0, "0"), ...numbers,
    s("text", { x: left, y: y(0) + 34 }, "most frequent tenth"),
    s("text", { x: width, y: y(0) + 34, "text-anchor": "end" }, "rarest tenth"),
  ];
}

// A part within a whole, within the widest whole there is: shares of the full width.
export function bar(width, part, whole, name = "kept-bar", height = 10) {
  return picture(width, height, null,
    s("rect", { x: 0, y: 0, width: Math.max(0, whole * width), height, class: "fixed-bar" }),
    s("rect", { x: 0, y: 0, width: part > 0 ? Math.max(1, part * width) : 0, height, class: name }));
}

// The rate of the last minute, the oldest left.
export function rateLine(width, rates, label) {
  const height = 56;
  const most = Math.max(...rates, 1e-9) * 1.08;
  const points = rates.map((rate, i) => `${(i * width / (rates.length - 1)).toFixed(1)} ${(height - 1 - (height - 4) * rate / most).toFixed(1)}`);
  const line = `M${points.join("L")}`;
  return picture(width, height, label,
    s("line", { x1: 0, x2: width, y1: height - 0.5, y2: height - 0.5, class: "rule" }),
    s("path", { d: `${line}L${width} ${height}L0 ${height}Z`, class: "area" }),
    s("path", { d: line, class: "line" }));
}
