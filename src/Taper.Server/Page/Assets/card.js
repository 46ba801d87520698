// What a version is: its facts, its sizes, its memory.

import { at, h, setText } from "./dom.js";
import { bar, chart, sizeColumns } from "./charts.js";
import { bytes, count, metric, percent, plural, share } from "./format.js";

const methods = { amtl: "AMTL", aml: "AML", fixed: "fixed size", soft: "soft mask" };
const networks = { dnn: "DNN", wide_deep: "Wide & Deep", deepfm: "DeepFM", dcn_v2: "DCN-v2", dcnv2: "DCN-v2", fm: "FM" };

export function showCard(card) {
  showFacts(card);
  showSizes(card);
  showMemory(card);
  showTraining(card);
}

export function lead(card) {
  const budget = card.budget === undefined ? "" : `, budget ${percent(card.budget, 0)}`;
  return `${networks[card.network] ?? card.network} · ${methods[card.sizing] ?? card.sizing}${budget} · ${card.precision}`;
}

function showFacts(card) {
  const { bytes: kept, fixed_bytes: fixed } = card.embedding;
  const values = card.vocabularies.reduce((sum, vocabulary) => sum + vocabulary.values, 0);
  const size = card.vocabularies.reduce((sum, vocabulary) => sum + vocabulary.mean_size * vocabulary.values, 0) / values;
  const strip = h("div", { class: "chart" });
  const facts = [
    ["Embedding memory", bytes(kept), `${percent(kept / fixed)} of the fixed-size table’s ${bytes(fixed)}`, strip],
    ["Mean kept size", size.toFixed(2), `of ${card.dimension}`],
    ["Feature values", count(values), card.vocabularies.length === 1 ? "1 vocabulary" : `${card.vocabularies.length} vocabularies`],
    firstMetric(card.metrics),
  ];
  at("facts").replaceChildren(...facts.filter(fact => fact).map(([name, value, note, extra]) =>
    h("div", {}, h("dt", {}, name), h("dd", { class: "value" }, value), h("dd", { class: "note" }, note, extra))));
  chart(strip, width => bar(width, kept / fixed, 1, "kept-bar", 6));
}

// The test split's AUC, or whatever was measured.
function firstMetric(metrics) {
  const split = metrics.test ? "test" : Object.keys(metrics)[0];
  if (split === undefined) return null;
  const names = Object.keys(metrics[split]);
  const name = names.includes("auc") ? "auc" : names[0];
  return name === undefined ? null : [metricName(name), metric(metrics[split][name]), `${split} split`];
}

function showSizes(card) {
  const full = card.dimension;
  setText(at("sizes-words"), `The mean size that embeddings keep of ${full}, by tenths of each field’s values from the most frequent to the rarest. Pale: the fixed size.`);
  const all = together(card.vocabularies);
  chart(at("sizes-chart"), width => sizeColumns(width, all.map(tenth => ({
    size: tenth.size, words: `Tenth ${tenth.decile}: ${plural(tenth.values, "value")}, mean kept size ${tenth.size.toFixed(2)} of ${full}`,
  })), { full, height: 230, detailed: true, label: summary("All fields", all.map(tenth => tenth.size), full) }));
  at("sizes-fields").replaceChildren(...card.vocabularies.map(vocabulary => multiple(vocabulary, full)));
  at("sizes-table").replaceChildren(...sizeTable(card.vocabularies));
}

// Each tenth of every vocabulary, weighted by its values.
function together(vocabularies) {
  const tenths = vocabularies.flatMap(vocabulary => vocabulary.by_frequency);
  return [...new Set(tenths.map(tenth => tenth.decile))].sort((a, b) => a - b).map(decile => {
    const same = tenths.filter(tenth => tenth.decile === decile);
    const values = same.reduce((sum, tenth) => sum + tenth.values, 0);
    return { decile, values, size: same.reduce((sum, tenth) => sum + tenth.mean_size * tenth.values, 0) / values };
  });
}

function multiple(vocabulary, full) {
  const host = h("div", { class: "chart" });
  const columns = vocabulary.by_frequency.map(tenth => ({
    size: tenth.mean_size,
    words: `Tenth ${tenth.decile}: ${plural(tenth.values, "value")} seen ${seen(tenth)} times, mean kept size ${tenth.mean_size.toFixed(2)} of ${full}`,
  }));
  const label = summary(vocabulary.name, columns.map(column => column.size), full);
  queueMicrotask(() => chart(host, width => sizeColumns(width, columns, { full, height: 72, detailed: false, label })));
  return h("figure", {},
    h("figcaption", {}, h("b", {}, users(vocabulary)), h("span", {}, `mean ${vocabulary.mean_size.toFixed(2)} · ${plural(vocabulary.values, "value")}`)), host);
}

function summary(name, sizes, full) {
  return `${name}: mean kept size of ${full}, ${sizes[0].toFixed(1)} in the most frequent tenth, ${sizes.at(-1).toFixed(1)} in the rarest. The table “All numbers” holds the rest.`;
}

function sizeTable(vocabularies) {
  const column = (text, name = null) => h("th", { scope: "col", class: name }, text);
  return [
    h("thead", {}, h("tr", {}, column("Field"), column("Tenth", "n"), column("Values", "n"), column("Seen, times", "n"), column("Mean kept size", "n"))),
    h("tbody", {}, vocabularies.flatMap(vocabulary => vocabulary.by_frequency.map(tenth => h("tr", {},
      h("th", { scope: "row" }, users(vocabulary)),
      ...[count(tenth.decile), count(tenth.values), seen(tenth), tenth.mean_size.toFixed(2)].map(text => h("td", { class: "n" }, text)))))),
  ];
}

function showMemory(card) {
  setText(at("memory-words"), `Embeddings of ${card.precision} numbers. Pale: the fixed-size table.`);
  const order = [...card.vocabularies].sort((a, b) => b.embedding.fixed_bytes - a.embedding.fixed_bytes);
  const widest = order[0].embedding.fixed_bytes;
  at("memory").replaceChildren(
    h("thead", {}, h("tr", {},
      h("th", { scope: "col" }, "Field"), h("th", { scope: "col", class: "bar" }, h("span", { class: "away" }, "Chart")), h("th", { scope: "col", class: "n share" }, "Kept"))),
    h("tbody", {}, order.map(vocabulary => {
      const { bytes: kept, fixed_bytes: fixed } = vocabulary.embedding;
      const host = h("div", { class: "chart" });
      queueMicrotask(() => chart(host, width => bar(width, kept / widest, fixed / widest)));
      return h("tr", {},
        h("th", { scope: "row" }, users(vocabulary), h("span", { class: "note" }, `${bytes(kept)} of ${bytes(fixed)}`)),
        h("td", { class: "bar" }, host), h("td", { class: "n share" }, share(kept, fixed)));
    })));
}

function showTraining(card) {
  const splits = Object.keys(card.metrics);
  const names = [...new Set(splits.flatMap(split => Object.keys(card.metrics[split])))];
  at("metrics").replaceChildren(...(splits.length === 0 ? [] : [
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Split"), names.map(name => h("th", { scope: "col", class: "n" }, metricName(name))))),
    h("tbody", {}, splits.map(split => h("tr", {}, h("th", { scope: "row" }, split),
      names.map(name => h("td", { class: "n" }, name in card.metrics[split] ? metric(card.metrics[split][name]) : "–"))))),
  ]));
  at("bundle").replaceChildren(...[
    ["Network", networks[card.network] ?? card.network],
    ["Sizing", `${methods[card.sizing] ?? card.sizing}${card.budget === undefined ? "" : `, budget ${percent(card.budget, 0)}`}`],
    ["Precision", card.precision],
    ["Files", bytes(card.bundle_bytes)],
    ["Made by", card.created_by],
  ].flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

const metricName = name => name.length <= 3 ? name.toUpperCase() : name;

const seen = tenth => tenth.fewest_count === tenth.most_count ? count(tenth.most_count) : `${count(tenth.fewest_count)}–${count(tenth.most_count)}`;

// Fields that share a vocabulary share its memory.
const users = vocabulary => vocabulary.fields.length === 0 ? vocabulary.name : vocabulary.fields.join(", ");
