"""The price table, as Cloudflare publishes it, and the names of the models."""

import pytest

from flux2 import catalog
from flux2.errors import ModelNotFound

DEV, KLEIN_4B, KLEIN_9B = map(catalog.find, ("flux-2-dev", "flux-2-klein-4b", "flux-2-klein-9b"))
NEURONS = [
    (DEV, (1024, 1024, 25, 0), 3750),
    (DEV, (512, 512, 1, 0), 37.5),
    (DEV, (513, 512, 1, 0), 75),
    (DEV, (256, 256, 50, 0), 1875),
    (DEV, (1024, 1024, 25, 4), 5625),
    (DEV, (2048, 2048, 40, 0), 24000),
    (KLEIN_4B, (1024, 1024, 4, 0), 104.2),
    (KLEIN_4B, (1024, 1024, 4, 2), 114.94),
    (KLEIN_4B, (1025, 256, 4, 0), 78.15),
    (KLEIN_9B, (1024, 1024, 4, 0), 1363.64),
    (KLEIN_9B, (256, 256, 4, 0), 1363.64),
    (KLEIN_9B, (1024, 1025, 4, 0), 1545.46),
    (KLEIN_9B, (2048, 2048, 4, 0), 1909.10),
    (KLEIN_9B, (1024, 1024, 4, 4), 2090.92),
]
DOLLARS = [
    (DEV, (512, 512, 1, 0), 0.00041),
    (DEV, (512, 512, 1, 1), 0.00041 + 0.00021),
    (KLEIN_4B, (512, 512, 4, 0), 0.000287),
    (KLEIN_4B, (512, 512, 4, 1), 0.000287 + 0.000059),
    (KLEIN_9B, (1024, 1024, 4, 0), 0.015),
    (KLEIN_9B, (2048, 2048, 4, 1), 0.015 + 3 * 0.002 + 0.002),
]


@pytest.mark.parametrize(
    ("model", "asked", "neurons"),
    NEURONS,
)
def test_neurons_follow_the_price_table(model, asked, neurons):
    """Tiles are 512 pixels and rounded up; dev is paid by step, klein-9b by megapixel."""
    assert catalog.round_neurons(model.neurons(*asked)) == neurons


@pytest.mark.parametrize("model", catalog.MODELS, ids=lambda model: model.name)
def test_price_of_each_model_is_held_here(model):
    """A new one needs a row in NEURONS and one in DOLLARS, from Cloudflare's two tables."""
    for rows in (NEURONS, DOLLARS):
        assert model in [row[0] for row in rows]


def test_price_in_dollars_is_the_published_one():
    """$0.011 per 1,000 neurons; the contract's example is 3,750 neurons, $0.04125."""
    assert catalog.to_usd(3750) == 0.04125
    assert catalog.to_usd(1000) == 0.011


@pytest.mark.parametrize(
    ("model", "asked", "dollars"),
    DOLLARS,
)
def test_both_price_tables_agree(model, asked, dollars):
    """Cloudflare publishes prices in neurons and in dollars; ours come to both."""
    assert catalog.to_usd(model.neurons(*asked)) == pytest.approx(dollars, rel=0.01)


def test_whole_neurons_have_no_decimal_point():
    """3750, not 3750.0, as in the contract's example."""
    assert repr(catalog.round_neurons(3750.0)) == "3750"
    assert repr(catalog.round_neurons(104.2000001)) == "104.2"


@pytest.mark.parametrize("model", catalog.MODELS, ids=lambda model: model.id)
def test_model_has_two_names(model):
    """With and without Cloudflare's prefix."""
    assert catalog.find(model.id) is model
    assert catalog.find(model.id.rpartition("/")[2]) is model


@pytest.mark.parametrize(
    "name",
    [None, "dall-e-2", "dall-e-3", "gpt-image-1", "GPT-Image-1.5", *catalog.ALIASES],
)
def test_hard_coded_name_means_the_default(name):
    """Clients that offer OpenAI's names only can be used all the same."""
    assert catalog.find(name) is DEV


@pytest.mark.parametrize(
    "name",
    ["FLUX-2-DEV", "FLUX.2-dev", "black-forest-labs/flux-2-dev", "black-forest-labs/FLUX.2-dev",
     "@cf/black-forest-labs/FLUX-2-DEV"],
)  # fmt: skip
def test_name_may_be_spelt_as_people_spell_it(name):
    """As Cloudflare, as Black Forest Labs, as a reader of either would."""
    assert catalog.find(name) is DEV


@pytest.mark.parametrize(
    "name",
    ["", "flux", "flux.2", "dall-e", "gpt-4o", "flux-2-klein", " flux-2-dev", "x/flux-2-dev"],
)
def test_other_name_is_unknown(name):
    """No guessing: whatever is not in the table is no model."""
    with pytest.raises(ModelNotFound):
        catalog.find(name)
