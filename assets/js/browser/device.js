/** What the device says of itself. */

/** Whether it has no connection at all. */
export const isOffline = () => !navigator.onLine;

export const prefersLight = () => matchMedia("(prefers-color-scheme: light)").matches;
