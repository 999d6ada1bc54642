"""`/v1/models`: what there is to ask for."""

from urllib.parse import quote

import pytest

from flux2.catalog import ALIASES, MODELS
from tests.unit.fakes import Server, check_error
from tests.unit.fakes.sharing import Deployment

PREFIX = "@cf/black-forest-labs/"
NAMES = [model.name for model in MODELS]


async def test_models_are_listed_in_openais_shape():
    """The three models, the default first, as an OpenAI list of model objects."""
    answer = await Server().get("/v1/models")

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["object"] == "list"
    ours = answer.json["data"][: len(NAMES)]
    assert [model["id"] for model in ours] == [PREFIX + name for name in NAMES]
    for model in ours:
        assert set(model) == {"id", "object", "created", "owned_by"}
        assert (model["object"], model["owned_by"]) == ("model", "black-forest-labs")
        assert isinstance(model["created"], int)


async def test_names_of_openais_are_listed_behind_ours():
    """Pickers that show nothing but those have something to show; each says what it means."""
    answer = await Server().get("/v1/models")

    aliases = answer.json["data"][len(NAMES) :]
    assert [model["id"] for model in aliases] == [*ALIASES]
    assert {model["aliases"] for model in aliases} == {"flux-2-dev"}
    assert any("gpt-image" in model["id"] for model in aliases), "n8n shows no others"


async def test_name_of_openais_says_what_it_means():
    """Also one by one, and also one that is not listed."""
    answer = await Server().get("/v1/models/dall-e-3")

    assert (answer.json["id"], answer.json["aliases"]) == ("dall-e-3", "flux-2-dev")


@pytest.mark.parametrize("name", [*NAMES, *(PREFIX + name for name in NAMES), "dall-e-3"])
@pytest.mark.parametrize("safe", ["", "/@"], ids=["percent-encoded", "as it is"])
async def test_model_is_shown_under_the_name_asked_for(name, safe):
    """OpenAI's clients percent-encode the slashes of an id; others do not."""
    answer = await Server().get(f"/v1/models/{quote(name, safe=safe)}")

    assert answer.status == 200
    assert (answer.json["id"], answer.json["object"]) == (name, "model")


@pytest.mark.parametrize("name", ["flux-3", "%00", "%ff%fe", "@cf", PREFIX + "flux-2-dev/x"])
async def test_unknown_model_is_not_found(name):
    """A model that is not here is 404 `model_not_found`."""
    answer = await Server().get(f"/v1/models/{name}")

    check_error(answer, 404, "model_not_found", "does not exist here", param="model")


async def test_unknown_model_is_told_of_in_the_same_words_everywhere():
    """With its name as it was written, and those that there are."""
    words = f'The model "模型" does not exist here. Use one of: {", ".join(NAMES)}.'
    for answer in (
        await Server().get(f"/v1/models/{quote('模型')}"),
        await Server().generate(model="模型"),
    ):
        check_error(answer, 404, "model_not_found", words, param="model")


async def test_model_that_a_key_may_not_use_is_not_shown_as_one_that_it_may():
    server = Deployment()
    mia = await server.make_key(models=["flux-2-klein-4b"])
    assert (await mia.ask("GET", "/v1/models/flux-2-klein-4b")).status == 200
    for name in ("flux-2-dev", "gpt-image-1"):
        answer = await mia.ask("GET", f"/v1/models/{name}")
        check_error(answer, 403, "permission_denied", "may not use flux-2-dev", param="model")


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/flux-2-dev"])
async def test_models_need_the_key(path):
    """The list is below /v1, and so is its lock."""
    check_error(await Server().get(path, key=None), 401, "invalid_api_key")
