/** 繁體中文：金鑰、程式碼，以及部署缺少設定時怎麼處理。 */
export const words = {
  "key.what": "這個部署的 API_MASTER_KEY，或部署者給你的金鑰。只需輸入一次，會留在這個瀏覽器裡，也只會傳給這台伺服器。",
  "key.kept.other": "用這把金鑰產生的圖片會在伺服器上保留 {count} 天，有這把金鑰的人都看得到。",
  "key.label": "金鑰",
  "key.show": "顯示",
  "key.hide": "隱藏",
  "key.save": "儲存",
  "key.forget": "清除金鑰",
  "key.blank": "請輸入金鑰。",
  "key.impossible": "裡面有空格，或有金鑰不可能出現的字元。",
  "key.refused": "伺服器不接受這把金鑰。請使用 API_MASTER_KEY，或部署者給的、仍然有效的金鑰。",

  "code.language": "語言",
  "code.copy": "複製",
  "code.references": "下載參考圖",
  "code.key": "程式碼不含金鑰：請放進環境變數 API_MASTER_KEY。",

  setup: "還缺什麼、哪裡有誤",
  "setup.token": "具備 Workers AI 讀取與編輯（Read、Edit）權限的 API 權杖。在 Cloudflare 儀表板：My Profile、API Tokens、Create Token。",
  "setup.account": "帳號 ID。在 Cloudflare 儀表板的 Workers & Pages 頁面右側。",
  "setup.master": "呼叫端要出示的金鑰。請自訂一串夠長的隨機字元。",
  "setup.dashboard": "將每一項設為 secret：在儀表板的 Workers & Pages、這個 Worker、Settings、Variables and Secrets，或使用指令：",
  "setup.local": "在自己的電腦上，請寫進 .dev.vars。",
  "setup.unreachable": "頁面開得起來，但背後的 Worker 沒有回應。請檢查網路連線；如果是自己執行的，請看它的紀錄。",
  "setup.check": "再檢查一次",
};
