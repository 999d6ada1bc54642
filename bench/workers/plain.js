// What a usual proxy does: everything is parsed, held as a whole, and written again.

const error = (status, code, message) =>
  Response.json({ error: { message, type: "invalid_request_error", param: null, code } }, { status });

async function fields(request) {
  if (!request.headers.get("content-type").startsWith("multipart/")) return request.json();
  const form = await request.formData();
  return { ...Object.fromEntries(form), images: form.getAll("image") };
}

async function generate(input, seed, env) {
  const form = new FormData();
  for (const name of ["prompt", "steps"]) form.append(name, input[name] ?? 25);
  for (const side of ["width", "height"]) form.append(side, 1024);
  form.append("seed", seed);
  (input.images ?? []).forEach((image, index) => form.append(`input_image_${index}`, image));
  const model = "@cf/black-forest-labs/flux-2-dev";
  const response = await fetch(`${env.CF_API_BASE_URL}/accounts/${env.ACCOUNT}/ai/run/${model}`, {
    method: "POST",
    headers: { authorization: `Bearer ${env.CF_API_TOKEN}` },
    body: form,
  });
  const answer = await response.json();
  if (!answer.success) throw new Error(answer.errors[0].message);
  return { b64_json: answer.result.image, revised_prompt: input.prompt, seed };
}

function events(images) {
  const type = "image_generation.completed";
  const text = images.map((image) => `event: ${type}\ndata: ${JSON.stringify({ type, ...image })}\n\n`);
  return new Response(text.join(""), { headers: { "content-type": "text/event-stream" } });
}

export default {
  async fetch(request, env) {
    if (request.headers.get("authorization") !== `Bearer ${env.API_MASTER_KEY}`) {
      return error(401, "invalid_api_key", "Incorrect API key.");
    }
    const input = await fields(request);
    if (!input.prompt) return error(400, "missing_required_parameter", "prompt is required.");
    const seed = input.seed ?? Math.floor(Math.random() * 2 ** 32);
    const count = Number(input.n ?? 1);
    const data = await Promise.all(
      Array.from({ length: count }, (_, index) => generate(input, seed + index, env)),
    );
    if (input.stream) return events(data);
    return Response.json({ created: Math.floor(Date.now() / 1000), data, output_format: "jpeg" });
  },
};
