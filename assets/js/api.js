/** The only module that speaks to the server. */

/** Something went wrong, said in words for the person in front of the page. */
export class ApiError extends Error {
  constructor(message, code = "") {
    super(message);
    this.code = code;
  }
}

const VARIABLES = {
  account_configured: "ACCOUNT",
  token_configured: "CF_API_TOKEN",
  api_key_configured: "API_MASTER_KEY",
};

/** The names of the required variables that this deployment lacks. */
export async function missingVariables() {
  const health = await request("/health", { cache: "no-store" });
  return Object.keys(VARIABLES).filter((field) => !health[field]).map((field) => VARIABLES[field]);
}

/** The API's answer for one image; `references` are files. */
export function generate({ key, prompt, size, references }, signal) {
  if (/[^\x21-\x7e]/.test(key)) {
    const message = "The key has a space or another character that cannot be in a key.";
    throw new ApiError(message, "invalid_api_key");
  }
  const fields = { prompt, size, response_format: "b64_json" };
  const headers = { Authorization: `Bearer ${key}` };
  if (!references.length) headers["Content-Type"] = "application/json";
  const body = references.length ? form(fields, references) : JSON.stringify(fields);
  return request("/v1/images/generations", { method: "POST", headers, body, signal });
}

function form(fields, references) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  references.forEach((file, index) => data.append(`input_image_${index}`, file));
  return data;
}

async function request(path, options) {
  const response = await fetch(path, options).catch(() => {
    throw new ApiError("The server cannot be reached. Check the connection and try again.");
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (response.ok) throw new ApiError("The answer broke off before its end. Try again.");
  const unexplained = `The server answered ${response.status} without saying why. Try again.`;
  throw new ApiError(answer?.error?.message ?? unexplained, answer?.error?.code);
}
