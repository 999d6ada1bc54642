// Made by `make generate` from src/flux2/catalog.py and request/fields.py.
export const SIDE = [256, 2048];
export const MOST_REFERENCES = 4;
export const REFERENCE_SIDE = 512;
export const USD_PER_NEURON = 1.1e-05;
export const FREE_NEURONS_PER_DAY = 10000;
export const LARGEST_SEED = 4294967295;
export const LONGEST_PROMPT = 32000;
export const GUIDANCE = [0, 20];
export const N = [1, 10];
export const MODELS = [
  {"name": "flux-2-dev", "fixedSteps": null, "guided": true, "price": {"unit": "tile", "first": 37.5, "further": 37.5, "reference": 18.75, "each_step": true}},
  {"name": "flux-2-klein-4b", "fixedSteps": 4, "guided": false, "price": {"unit": "tile", "first": 26.05, "further": 26.05, "reference": 5.37, "each_step": false}},
  {"name": "flux-2-klein-9b", "fixedSteps": 4, "guided": false, "price": {"unit": "megapixel", "first": 1363.64, "further": 181.82, "reference": 181.82, "each_step": false}},
];
