// Looks at the server every two seconds, and shows the model that the address names: ?model=NAME&version=N.

import * as api from "./api.js";
import { lead, showCard } from "./card.js";
import { at, h, setText } from "./dom.js";
import { showExample, startExample } from "./example.js";
import { age, clockTime } from "./format.js";
import { showFigures, showUnknown, showVersions } from "./live.js";

const pause = 2000;
const wanted = new URLSearchParams(location.search);
let card = null;
let lastAnswer = null;
let timer = 0;

startExample(askForKey);
at("key").addEventListener("submit", event => {
  event.preventDefault();
  api.key.set(at("key-value").value.trim());
  look();
});
at("forget").addEventListener("click", () => {
  api.key.forget();
  location.reload();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});
look();

async function look() {
  clearTimeout(timer);
  try {
    const status = await api.status();
    lastAnswer = new Date();
    at("key").hidden = true;
    at("forget").hidden = api.key.get() === null;
    connection("live", "Live");
    await show(status);
  } catch (problem) {
    if (problem.needsKey) {
      askForKey(problem);
      return;
    }
    connection("lost", lastAnswer === null ? "No answer" : `No answer since ${lastAnswer.toLocaleTimeString("en-GB")}`);
  }
  timer = setTimeout(() => document.hidden || look(), pause);
}

async function show(status) {
  const now = new Date(status.now);
  const model = status.models.find(candidate => candidate.name === wanted.get("model")) ?? (wanted.has("model") ? undefined : status.models[0]);
  showModels(status.models, model);
  setText(at("server"), `Taper.Server ${status.server}`);
  if (model === undefined) {
    nothing(wanted.has("model") ? `There is no model “${wanted.get("model")}” here.` : "There is no model to serve.");
    return;
  }
  setText(at("model"), model.name);
  const pinned = wanted.get("version");
  const entry = model.versions.find(version => version.serving && (pinned === null || `${version.version}` === pinned));
  if (entry === undefined) {
    nothing(model.versions[0]?.reason ? `Nothing is served: ${model.versions[0].reason}` : `Version ${pinned} is not served.`);
    return;
  }
  await follow(model.name, entry, pinned);
  const since = new Date(entry.serving.since);
  setText(at("lead"), `${lead(card)} · version ${entry.version} since ${clockTime(since, now)}, for ${age(since, now)}`);
  showFigures(entry.serving);
  showUnknown(entry.serving, entry.version);
  showVersions(model, entry.version, now);
  warn(model.versions.filter(version => !version.serving).map(version => version.version));
}

// Shows the card of the version that serves now, when it is another than the one shown.
async function follow(model, entry, pinned) {
  if (card !== null && card.model === model && card.version === entry.version && card.since === entry.serving.since) return;
  const before = card;
  card = await api.card(model, entry.version);
  document.title = `${card.model} ${card.version} · Taper`;
  at("content").hidden = false;
  at("notice").classList.remove("bad");
  setText(at("notice"), before === null ? "" : `Version ${card.version} has taken over.`);
  showCard(card);
  showExample(card, pinned);
}

function warn(refused) {
  const words = refused.length === 0 ? "" : `Refused: version ${refused.join(", ")}`;
  if (at("warning").textContent !== words) at("warning").replaceChildren(...(words ? [h("a", { href: "#versions-title" }, words)] : []));
}

function showModels(models, current) {
  const nav = at("models");
  nav.hidden = models.length < 2;
  const names = models.map(model => model.name).join("\n");
  if (nav.dataset.names === names) return;
  nav.dataset.names = names;
  nav.replaceChildren(...models.map(model =>
    h("a", { href: `?model=${encodeURIComponent(model.name)}`, "aria-current": model === current ? "page" : null }, model.name)));
}

function nothing(words) {
  card = null;
  at("content").hidden = true;
  at("notice").classList.add("bad");
  setText(at("lead"), "");
  setText(at("notice"), words);
  warn([]);
}

function askForKey(problem) {
  clearTimeout(timer);
  at("key").hidden = false;
  at("content").hidden = true;
  card = null;
  connection("", "Waiting for a key");
  setText(at("key-problem"), api.key.get() === null ? "" : problem.status === 403 ? problem.message : "This key is not known here.");
  api.key.forget();
  at("key-value").value = "";
  at("key-value").focus();
}

function connection(state, words) {
  at("connection").className = `connection ${state}`;
  setText(at("connection").querySelector(".words"), words);
}
