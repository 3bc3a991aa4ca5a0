// "Open chat" in a Teams client opens the console of whoever clicked. The
// demo signs that agent in on the way: in one browser there is no other way to
// be two people.

/** The address to open: the agent's token is added to links to their own console only. */
export function withToken(url: string, consoleUrl: string): string {
  const target = new URL(url);
  const own = new URL(consoleUrl);
  if (target.origin === own.origin && target.pathname === own.pathname) target.hash = own.hash;
  return target.href;
}
