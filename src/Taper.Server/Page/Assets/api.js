// The server's answers. A key, where one is needed, lives as long as the tab.

const storage = "taper.key";

export const key = {
  get: () => sessionStorage.getItem(storage),
  set: value => sessionStorage.setItem(storage, value),
  forget: () => sessionStorage.removeItem(storage),
};

// What the server refused, with its own sentence.
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
  get needsKey() {
    return this.status === 401 || this.status === 403;
  }
}

export const status = () => ask("api/status");

export const card = (model, version) => ask(address(model, version));

export const explain = (model, version, row) => ask(`${address(model, version)}:explain`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(row),
});

function address(model, version) {
  const path = `api/models/${encodeURIComponent(model)}`;
  return version === null ? path : `${path}/versions/${version}`;
}

async function ask(path, request = {}) {
  const headers = { ...request.headers };
  if (key.get() !== null) headers.Authorization = `Bearer ${key.get()}`;
  const response = await fetch(path, { ...request, headers, signal: AbortSignal.timeout(15000) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer.error ?? `The server answered ${response.status}.`);
  return answer;
}
