// Shows /openapi.json with Swagger UI, which the script before this one defines.

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: withoutEmptyParts,
});

// Swagger UI sends every file input of a form, also those in which no file was chosen.
function withoutEmptyParts(request) {
  if (request.body instanceof FormData) {
    const given = new FormData();
    for (const [name, value] of request.body) {
      if (value !== "" && value.size !== 0) given.append(name, value);
    }
    request.body = given;
  }
  return request;
}
