// The form that scores an example, and what each value keeps.

import { explain, key } from "./api.js";
import { at, h, setText } from "./dom.js";
import { bar, chart } from "./charts.js";

const kinds = {
  categorical: { words: () => "text" },
  multi_valued: { words: field => `list, “${field.separator}” between` },
  bucketed: { words: () => "number", mode: "decimal" },
  numeric: { words: () => "number", mode: "decimal" },
};

let shown = null; // { card, version } of the inputs that are shown
let refused = () => {};

// onRefusal: told when a key is needed
export function startExample(onRefusal) {
  refused = onRefusal;
  at("example").addEventListener("submit", event => {
    event.preventDefault();
    score();
  });
  at("example").addEventListener("input", showChanged);
  at("reset").addEventListener("click", () => {
    for (const field of shown.card.fields) inputOf(field.name).value = field.example;
    showChanged();
  });
}

// pinned: the version asked for, null to follow the newest. What was typed stays where the field stays.
export function showExample(card, pinned) {
  const typed = new Map(shown?.card.model === card.model ? Object.entries(values()) : []);
  const isSame = shown !== null && JSON.stringify(shown.card.fields.map(form)) === JSON.stringify(card.fields.map(form));
  shown = { card, pinned };
  if (!isSame) {
    at("inputs").replaceChildren(...card.fields.map(inputFor));
    for (const field of card.fields) inputOf(field.name).value = typed.get(field.name) ?? field.example;
  }
  showChanged();
}

const form = field => [field.name, field.kind, field.separator];

function inputFor(field, i) {
  const kind = kinds[field.kind];
  return h("div", { class: "field" },
    h("div", { class: "field-head" }, h("label", { for: `field-${i}` }, field.name), h("span", { class: "kind", id: `kind-${i}` }, kind.words(field))),
    h("input", {
      id: `field-${i}`, "data-field": field.name, type: "text", inputmode: kind.mode, autocapitalize: "off", spellcheck: "false",
      placeholder: "missing", "aria-describedby": `kind-${i} kept-${i}`,
    }),
    h("ul", { class: "kept", id: `kept-${i}` }));
}

const inputOf = name => [...at("inputs").querySelectorAll("input")].find(input => input.dataset.field === name);

const values = () => Object.fromEntries([...at("inputs").querySelectorAll("input")].map(input => [input.dataset.field, input.value]));

// A row without its missing fields.
const row = () => Object.fromEntries(Object.entries(values()).filter(([, value]) => value !== ""));

function showChanged() {
  document.querySelector(".result").classList.add("stale");
  const address = new URL(`v1/models/${encodeURIComponent(shown.card.model)}:predict`, document.baseURI).href;
  const body = JSON.stringify({ instances: [row()] }).replaceAll("'", String.raw`'\''`);
  const header = key.get() === null ? "" : ' -H "Authorization: Bearer $TAPER_KEY"';
  setText(at("curl"), `curl ${address}${header} -d '${body}'`);
}

async function score() {
  const button = at("example").querySelector("[type=submit]");
  button.disabled = true;
  try {
    show(await explain(shown.card.model, shown.pinned, row()));
    setText(at("score-problem"), "");
  } catch (problem) {
    if (problem.needsKey) refused(problem);
    setText(at("score-problem"), problem.status ? problem.message : "The server did not answer.");
  } finally {
    button.disabled = false;
  }
}

function show(answer) {
  document.querySelector(".result").classList.remove("stale");
  at("score").dataset.probability = answer.probability;
  setText(at("probability"), answer.probability.toFixed(4));
  setText(at("score-words"), `by version ${answer.version}`);
  chart(at("score-bar"), width => bar(width, answer.probability, 1));
  answer.fields.forEach((field, i) => {
    const list = at(`kept-${i}`);
    list.replaceChildren(...field.values.map(value => keptOf(value, answer.dimension, field.values.length > 1)));
    list.querySelectorAll(".chart").forEach((host, v) => chart(host, width => bar(width, (field.values[v].size ?? 0) / answer.dimension, 1, barOf(field.values[v]), 6)));
  });
}

const barOf = value => value.state === "known" ? "kept-bar" : "unknown-bar";

function keptOf(value, dimension, isNamed) {
  if (value.size === undefined) {
    return h("li", {}, h("span", { class: "text" }, value.state === "missing" ? "missing: the mean" : "as a number"));
  }
  const name = isNamed && value.state !== "missing" ? `${value.value}: ` : "";
  const words = value.state === "known" ? "keeps " : `${value.state}, keeps `;
  return h("li", {}, h("span", { class: "chart" }),
    h("span", { class: `text ${value.state}`, title: name ? value.value : null }, `${name}${words}`, h("b", {}, `${value.size} of ${dimension}`)));
}
