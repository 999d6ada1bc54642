/** English: what to do about a deployment that lacks something. */
export const words = {
  setup: "What is missing or wrong",
  "setup.token": "An API token with the permission Workers AI: Read and Edit. In Cloudflare’s dashboard: My Profile, API Tokens, Create Token.",
  "setup.account": "The account id. In Cloudflare’s dashboard: Workers & Pages, on the right.",
  "setup.master": "The key that callers present. Choose a long random one.",
  "setup.dashboard": "Set each as a secret: in the dashboard under Workers & Pages, this Worker, Settings, Variables and Secrets, or on the command line:",
  "setup.local": "On your own machine, put them into .dev.vars.",
  "setup.unreachable": "The page is there, but the Worker behind it does not answer. Check the connection; if you run it yourself, look at its log.",
  "setup.check": "Check again",
};
