"""The shapes of `structuredContent`, of which `tools/agents.py` makes the output schemas."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic wants this one below Python 3.12

from flux2.answers.batch_shapes import BatchId, RequestCounts, Time
from flux2.answers.shapes import Cost, ErrorDetail, FailedImage, Format, Size, UnixSeconds

Words = Annotated[str, Field(description="All of this in words.")]
"""Some programs show an agent nothing of a result but this structure."""


class MadeImage(TypedDict):
    seed: Annotated[int, Field(description="Ask with it again for the same image.")]
    url: NotRequired[
        Annotated[
            str, Field(description="The full image: no key needed, there for at least one hour.")
        ]
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


class SubmittedBatch(TypedDict):
    """A batch that has begun."""

    message: Words
    id: Annotated[BatchId, Field(description="Ask get_batch with it.")]
    prompts: int
    images: Annotated[int, Field(description="How many these will be.")]
    cost: Annotated[Cost, Field(description="Of all of them.")]
    expires_at: Annotated[
        UnixSeconds, Field(description="What is not begun at this Unix time is not done.")
    ]


_Prompt = Annotated[str, Field(description="Which of the prompts, from 1 on.")]


class BatchImage(TypedDict):
    prompt: _Prompt
    seed: int
    url: Annotated[str, Field(description="The full image: no key needed.")]


class FailedPrompt(ErrorDetail):
    prompt: _Prompt


class BatchProgress(TypedDict):
    """How far a batch is, and what it has made."""

    message: Words
    id: BatchId
    title: str | None
    status: str
    prompts: RequestCounts
    images: Annotated[
        list[BatchImage],
        Field(max_length=50, description="Those that are there, the newest first."),
    ]
    failures: Annotated[list[FailedPrompt], Field(description="The newest ones.")]
    cost: Annotated[Cost, Field(description="So far.")]
    resumes_at: Annotated[Time, Field(description="Until when it waits; null: it does not.")]
    expires_at: UnixSeconds
    results_expire_at: Annotated[
        Time, Field(description="Until when images are kept; null as long as it runs.")
    ]
