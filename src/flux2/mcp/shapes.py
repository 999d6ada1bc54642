"""The shapes of `structuredContent`, of which `tools/agents.py` makes the output schemas."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.shapes import Cost, FailedImage, Format, Size

Words = Annotated[str, Field(description="All of this in words.")]
"""Some programs show an agent nothing of a result but this structure."""


class MadeImage(TypedDict):
    seed: Annotated[int, Field(description="Ask with it again for the same image.")]
    url: NotRequired[
        Annotated[str, Field(description="The full image: no key needed, gone after one hour.")]
    ]
    output_format: Format


class MadeImages(TypedDict):
    """The images that came, and why others did not."""

    message: Words
    images: Annotated[list[MadeImage], Field(min_length=1, max_length=10)]
    model: str
    size: Size
    steps: int
    cost: Cost
    errors: NotRequired[Annotated[list[FailedImage], Field(min_length=1, max_length=9)]]


class ModelCard(TypedDict):
    id: str
    is_default: bool
    steps: Annotated[int, Field(description="By default, or always.")]
    are_steps_fixed: bool
    cost_of_1024x1024: Annotated[Cost, Field(description="Of one image with these steps.")]


class ModelCards(TypedDict):
    """The models, and what holds for all of them."""

    message: Words
    models: list[ModelCard]
    smallest_side: int
    largest_side: int
    most_pixels: int
    most_reference_images: int
    free_neurons_per_day: int
