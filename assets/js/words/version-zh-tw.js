/** The same in the Chinese of Taiwan. */

/** @type {Record<string, string>} */
export const words = {
  "version.ready": "這個頁面有新版本。",
  "version.reload": "重新載入",
  "version.later": "稍後再說",
};
