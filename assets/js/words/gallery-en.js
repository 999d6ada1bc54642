/** English: what was made. */
export const words = {
  star: "Star",
  "gallery.room": "{images}, {room} in this browser",
  "gallery.export": "Export ZIP",
  "gallery.select": "Select",
  "gallery.selected.one": "{count} selected",
  "gallery.selected.other": "{count} selected",
  "gallery.choose": "Select: {text}",
  "gallery.deleted.one": "{count} image deleted.",
  "gallery.deleted.other": "{count} images deleted.",
  "gallery.more": "Show more",
};
