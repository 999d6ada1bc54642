/** English: prompts of before and saved ones. */
export const words = {
  "prompts.save": "Save this prompt",
  "prompts.name": "Name, if you like",
  "prompts.saved": "Saved",
  "prompts.saved.none": "Prompts that you save stay here until you delete them.",
  "prompts.sent": "Sent before",
  "prompts.sent.none": "The last 50 prompts that you send will be here.",
  "prompts.keep": "Save: {text}",
  "prompts.drop": "Delete: {text}",
  "prompts.dropped": "Prompt deleted.",
};
