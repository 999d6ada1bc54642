/** Whether anybody can see the page. */

export const isSeen = () => document.visibilityState === "visible";

/** @param {() => void} act when it comes into sight again */
export const onSeen = (act) =>
  document.addEventListener("visibilitychange", () => isSeen() && act());
