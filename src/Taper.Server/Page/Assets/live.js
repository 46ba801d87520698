// What changes every two seconds: rates, latencies, unknown values, versions.

import { at, h, setText } from "./dom.js";
import { bar, chart, rateLine } from "./charts.js";
import { age, clockTime, count, plural, rate, seconds, share } from "./format.js";

const figures = [
  ["Requests", figure => [figure.seconds > 0 ? rate(figure.scored / figure.seconds) : "–", "/s"]],
  ["Rows", figure => [figure.seconds > 0 ? rate(figure.rows / figure.seconds) : "–", "/s"]],
  ["p50", figure => seconds(figure.p50)],
  ["p90", figure => seconds(figure.p90)],
  ["p99", figure => seconds(figure.p99)],
  ["Not scored", figure => [count(figure.not_scored), ""]],
];

export function showFigures(serving) {
  const list = at("figures");
  if (list.children.length === 0) {
    list.append(...figures.map(([name]) => h("div", {}, h("dt", {}, name), h("dd", {}, h("span"), h("span", { class: "unit" })))));
  }
  figures.forEach(([, value], i) => {
    const [number, unit] = value(serving);
    const [first, second] = list.children[i].querySelectorAll("span");
    setText(first, number);
    setText(second, unit && `\u202f${unit}`);
  });
  const peak = Math.max(...serving.history);
  chart(at("rate-chart"), width => rateLine(width, serving.history, `Requests a second over the last minute, at most ${rate(peak)}.`));
  setText(at("rate-caption"), `Requests a second, peak ${rate(peak)}`);
}

export function showUnknown(serving, version) {
  setText(at("unknown-words"), `Values looked up since version ${version} was loaded that its vocabularies do not hold.`);
  const table = at("unknown");
  const names = serving.fields.map(field => field.name);
  if (table.dataset.names !== names.join("\n")) {
    table.dataset.names = names.join("\n");
    table.replaceChildren(
      h("thead", {}, h("tr", {},
        h("th", { scope: "col" }, "Field"), h("th", { scope: "col", class: "bar" }, h("span", { class: "away" }, "Chart")), h("th", { scope: "col", class: "n share" }, "Unknown"))),
      h("tbody", {}, names.map(name => h("tr", {},
        h("th", { scope: "row" }, name, h("span", { class: "note" })), h("td", { class: "bar" }, h("div", { class: "chart" })), h("td", { class: "n share" })))));
  }
  serving.fields.forEach((field, i) => {
    const row = table.tBodies[0].rows[i];
    setText(row.querySelector(".note"), `${count(field.unknown)} of ${count(field.values)}`);
    setText(row.cells[2], share(field.unknown, field.values));
    chart(row.querySelector(".chart"), width => bar(width, field.values ? field.unknown / field.values : 0, 1, "unknown-bar"));
  });
}

// shown: the version whose card is shown
export function showVersions(model, shown, now) {
  const list = at("versions");
  const entries = model.versions.map(version => entry(model.name, version, version.serving && version.version === shown, now));
  if (list.textContent !== entries.map(e => e.textContent).join("")) list.replaceChildren(...entries);
}

function entry(model, version, isShown, now) {
  const number = version.version > 0 ? `${version.version}` : "–";
  if (!version.serving) {
    const word = version.version > 0 ? "refused" : "unloaded";
    return h("li", {}, h("span", { class: "number" }, number),
      h("div", {}, h("span", { class: `state ${word}` }, word), word === "refused" ? h("p", {}, version.reason) : null));
  }
  const since = new Date(version.serving.since);
  const name = isShown ? number : h("a", { href: `?model=${encodeURIComponent(model)}&version=${number}`, "aria-label": `Show version ${number}` }, number);
  return h("li", {}, h("span", { class: "number" }, name),
    h("div", {}, h("span", { class: "state serving" }, "serving"), isShown ? ", shown here" : "",
      h("p", {}, `since ${clockTime(since, now)}, for ${age(since, now)}; ${plural(version.serving.rows_since, "row")} scored`)));
}
