/** What the device says of itself. */

/** Whether it has no connection at all. */
export const isOffline = () => !navigator.onLine;

/** @param {() => void} act when there is one again */
export const onOnline = (act) => window.addEventListener("online", act);

export const prefersLight = () => matchMedia("(prefers-color-scheme: light)").matches;

/** Files change under a developer's hands; any other address serves what was deployed. */
export const isDeployed = () =>
  isSecureContext && !["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

/** @param {() => void} act when the page is there and the device has nothing else to do */
export function whenIdle(act) {
  const soon = () => (window.requestIdleCallback ?? setTimeout)(act);
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon);
}
