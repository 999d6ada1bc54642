/** 繁體中文：圖庫。 */
export const words = {
  star: "收藏",
  "gallery.room": "{images}，在這個瀏覽器中佔用 {room}",
  "gallery.export": "匯出 ZIP",
  "gallery.select": "選取",
  "gallery.selected.other": "已選取 {count} 張",
  "gallery.choose": "選取：{text}",
  "gallery.deleted.other": "已刪除 {count} 張圖片。",
  "gallery.more": "顯示更多",
};
