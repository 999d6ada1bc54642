/** Notifications of the system (W3C Notifications). */

const TAG = "flux2.done"; // one takes the place of the other

export const canNotify = () => "Notification" in window && window.isSecureContext;

/** Whether they may be shown; the browser asks the person if it was never asked. */
export const allowNotifications = async () =>
  canNotify() && (await Notification.requestPermission()) === "granted";

/** A phone shows them through a service worker only.
 *
 * @param {string} title
 * @param {string} body
 */
export async function notify(title, body) {
  if (!canNotify() || Notification.permission !== "granted") return;
  const options = { body, tag: TAG, icon: "/favicon.svg" };
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker) return worker.showNotification(title, options);
  const shown = new Notification(title, options);
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}
