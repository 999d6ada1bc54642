"""From a plan to its images: side by side, by which account, how often, or from before."""
