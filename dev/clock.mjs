// A clock for tests that they can move, in place of the machine's: Python's time follows it as well. It
// goes on from where it was put.

const MOST = 2 ** 31 - 1; // milliseconds that a timer of Node's can wait
const machine = Date.now;
const waiting = new Set();
let ahead = null;

export function isMovable() {
  return ahead !== null;
}

/** Put it to this Unix time; from then on there is no other. */
export function moveClock(seconds) {
  ahead = seconds * 1000 - machine();
  Date.now = () => machine() + ahead;
  for (const look of [...waiting]) look();
}

/** Call `notify` once it is this late, in milliseconds; what is returned makes it forget that. */
export function notifyAt(time, notify) {
  let timer;
  const forget = () => {
    clearTimeout(timer);
    waiting.delete(look);
  };
  const look = () => {
    clearTimeout(timer);
    const left = time - Date.now();
    if (left > 0) {
      timer = setTimeout(look, Math.min(left, MOST));
    } else {
      forget();
      notify();
    }
  };
  waiting.add(look);
  look();
  return forget;
}
