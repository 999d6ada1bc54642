/** Drafts, jobs and results for the tests of assets/js/model. */

import { DEFAULTS } from "../../assets/js/model/draft.js";

export const draft = (changes = {}) => ({ ...DEFAULTS, text: "a boat", ...changes });

export const reference = (type = "image/png", size = 3) => ({
  id: "0", name: "a", blob: new Blob(["x".repeat(size)], { type }), width: 300, height: 200,
});

export const result = (id, changes = {}) => ({
  id,
  created: 1000,
  blob: new Blob(["12345"], { type: "image/jpeg" }),
  thumbnail: null,
  asked: draft(),
  references: [],
  actual: {
    model: "@cf/black-forest-labs/flux-2-dev", size: "1024x1024", steps: 25, seed: 7,
    format: "jpeg", cost: { neurons: 1, usd: 1 },
  },
  seconds: 12.4,
  ...changes,
});

export const job = (id, changes = {}) => ({
  id, page: "this", created: 1000, draft: draft(), references: [], seeds: [3, 4, 5, 6, 7],
  state: "queued", arrived: [], started: null, failure: null, ...changes,
});

export const ids = (list) => list.map(({ id }) => id);

const nothing = { neurons: 0, usd: 0 };

export const key = (changes = {}) => ({
  id: "key_a", name: "Mia", expires_at: null, disabled: false, models: null, rpm: null,
  limit_neurons: null, limit_usd: null, limit_reset: null, resets_at: null,
  spent: nothing, spent_today: nothing, spent_in_all: nothing, remaining: null, ...changes,
});

export const account = (changes = {}) => ({ ...key(), ...changes });

export const batch = (changes = {}) => ({
  id: "batch_1", status: "in_progress", request_counts: { total: 10, completed: 2, failed: 1 },
  created_at: 1, metadata: { source: "page", title: "a boat" }, resumes_at: null, ...changes,
});

export const line = (number, request = { prompt: "a kite", seed: 7, n: 2 }) => ({
  number, custom_id: String(number), request,
  response: {
    created: 5000, model: "@cf/black-forest-labs/flux-2-klein-4b", size: "1024x768", steps: 4,
    output_format: "jpeg", cost: { neurons: 104.2, usd: 1 },
    data: [
      { url: `https://x/v1/images/files/${number}-0.jpg`, seed: 7 },
      { url: `https://x/v1/images/files/${number}-1.png`, seed: 8, output_format: "png" },
    ],
  },
});
