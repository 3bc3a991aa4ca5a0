// Where "Open chat" leads in a Teams client: to a room, or to the console of
// whoever clicked. The demo signs that agent in on the way: in one browser there
// is no other way to be two people.

/** The room that a link of Teams opens, if the agent is in it. */
export function roomOf(url: string, rooms: readonly { id: string }[]): string | undefined {
  const { pathname } = new URL(url);
  const parts = pathname.split("/").map(decodeURIComponent);
  return rooms.find(({ id }) => parts.includes(id))?.id;
}

/** The address to open: the agent's token is added to links to their own console only. */
export function withToken(url: string, consoleUrl: string): string {
  const target = new URL(url);
  const own = new URL(consoleUrl);
  if (target.origin === own.origin && target.pathname === own.pathname) target.hash = own.hash;
  return target.href;
}
