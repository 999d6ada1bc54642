/** 繁體中文：圖庫。 */
export const words = {
  star: "收藏",
  "gallery.room": "{images}，在這個瀏覽器中佔用 {room}",
  "gallery.export": "匯出 ZIP",
  "gallery.select": "選取",
  "gallery.selected.other": "已選取 {count} 張",
  "gallery.choose": "選取：{text}",
  "gallery.deleted.other": "已刪除 {count} 張圖片。",
  "find.q": "搜尋提示詞",
  "find.star": "只看收藏",
  "find.filters": "篩選",
  "find.any": "不限",
  "find.from": "開始日期",
  "find.to": "結束日期",
  "find.count.other": "{count} 張圖片中的 {found} 張",
  "find.clear": "全部清除",
  "find.none": "沒有符合的圖片。可以減少關鍵字或篩選條件，或全部清除。",
};
