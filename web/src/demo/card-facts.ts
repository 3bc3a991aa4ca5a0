// What the legend must know of a card: which buttons it offers.

export interface CardFacts {
  verbs: string[];
  opensUrl: boolean;
}

/** Walks a card; `fallback`s and `refresh` are not buttons that anybody sees. */
export function cardFacts(card: unknown): CardFacts {
  const facts: CardFacts = { verbs: [], opensUrl: false };
  visit(card, facts);
  return facts;
}

function visit(node: unknown, facts: CardFacts): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, facts);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const fields = node as Record<string, unknown>;
  if (fields.type === "Action.OpenUrl") facts.opensUrl = true;
  if (fields.type === "Action.Execute" && typeof fields.verb === "string") {
    facts.verbs.push(fields.verb);
  }
  for (const [name, value] of Object.entries(fields)) {
    if (name !== "fallback" && name !== "refresh") visit(value, facts);
  }
}
