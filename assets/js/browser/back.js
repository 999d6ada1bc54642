/** One step of the browser's history for what opens over the page, so that Back closes it. */

const MARK = "over"; // in the state of the step; the address stays

/** What comes back is to be called whenever what is open may have changed.
 *
 * @param {() => boolean} isOpen
 * @param {() => void} close may take its time
 */
export function closedByBack(isOpen, close) {
  let isThere = Boolean(history.state?.[MARK]); // where the page was loaded anew meanwhile
  let isWaiting = false; // for the step to be gone, or for what is open to be closed

  function settle() {
    if (isWaiting || isOpen() === isThere) return;
    if (isThere) {
      isWaiting = true;
      history.back();
    } else {
      history.pushState({ ...history.state, [MARK]: true }, "");
      isThere = true;
    }
  }

  window.addEventListener("popstate", () => {
    const isOurs = isWaiting;
    isThere = Boolean(history.state?.[MARK]);
    isWaiting = false;
    if (isThere || isOurs || !isOpen()) return settle();
    isWaiting = true;
    close();
  });

  return () => {
    if (isWaiting && !isThere && !isOpen()) isWaiting = false;
    settle();
  };
}
