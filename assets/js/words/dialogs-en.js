/** English: the key, a request as code, what to do about a deployment that lacks something. */
export const words = {
  "key.what": "The API_MASTER_KEY of this deployment, or a key that its owner gave you. It is asked for once, stays in this browser, and is sent to this server only.",
  "key.kept.one": "Images made with this key are kept on the server for {count} day, for whoever has the key.",
  "key.kept.other": "Images made with this key are kept on the server for {count} days, for whoever has the key.",
  "key.label": "Key",
  "key.show": "Show",
  "key.hide": "Hide",
  "key.save": "Save",
  "key.forget": "Forget it",
  "key.blank": "Enter the key.",
  "key.impossible": "There is a space or another character in it that no key can have.",
  "key.refused": "The server does not take this key. It must be API_MASTER_KEY, or a key from the owner that is still valid.",

  "code.language": "Language",
  "code.copy": "Copy",
  "code.references": "Download the reference images",
  "code.key": "The key is left out: put it into the environment variable API_MASTER_KEY.",

  setup: "What is missing or wrong",
  "setup.token": "An API token with the permission Workers AI: Read and Edit. In Cloudflare’s dashboard: My Profile, API Tokens, Create Token.",
  "setup.account": "The account id. In Cloudflare’s dashboard: Workers & Pages, on the right.",
  "setup.master": "The key that callers present. Choose a long random one.",
  "setup.dashboard": "Set each as a secret: in the dashboard under Workers & Pages, this Worker, Settings, Variables and Secrets, or on the command line:",
  "setup.local": "On your own machine, put them into .dev.vars.",
  "setup.unreachable": "The page is there, but the Worker behind it does not answer. Check the connection; if you run it yourself, look at its log.",
  "setup.check": "Check again",
};
