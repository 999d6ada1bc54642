/** 繁體中文：部署缺少設定時怎麼處理。 */
export const words = {
  setup: "還缺什麼、哪裡有誤",
  "setup.token": "具備 Workers AI 讀取與編輯（Read、Edit）權限的 API 權杖。在 Cloudflare 儀表板：My Profile、API Tokens、Create Token。",
  "setup.account": "帳號 ID。在 Cloudflare 儀表板的 Workers & Pages 頁面右側。",
  "setup.master": "呼叫端要出示的金鑰。請自訂一串夠長的隨機字元。",
  "setup.dashboard": "將每一項設為 secret：在儀表板的 Workers & Pages、這個 Worker、Settings、Variables and Secrets，或使用指令：",
  "setup.local": "在自己的電腦上，請寫進 .dev.vars。",
  "setup.unreachable": "頁面開得起來，但背後的 Worker 沒有回應。請檢查網路連線；如果是自己執行的，請看它的紀錄。",
  "setup.check": "再檢查一次",
};
