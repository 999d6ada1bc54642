/** 繁體中文：用過與儲存的提示詞。 */
export const words = {
  "prompts.save": "儲存目前的提示詞",
  "prompts.name": "名稱（可不填）",
  "prompts.saved": "已儲存",
  "prompts.saved.none": "儲存的提示詞會留在這裡，直到你刪除。",
  "prompts.sent": "最近用過",
  "prompts.sent.none": "最近送出的 50 個提示詞會出現在這裡。",
  "prompts.keep": "儲存：{text}",
  "prompts.drop": "刪除：{text}",
  "prompts.dropped": "已刪除提示詞。",
};
