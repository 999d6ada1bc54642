/** What the device says of itself. */

/** Whether it has no connection at all. */
export const isOffline = () => !navigator.onLine;

/** @param {() => void} act when there is one again */
export const onOnline = (act) => window.addEventListener("online", act);

export const prefersLight = () => matchMedia("(prefers-color-scheme: light)").matches;
