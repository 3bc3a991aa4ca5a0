// What a Teams client draws of a post's markup: a few tags, and nothing else.

const KEPT = new Set("B STRONG I EM S U CODE PRE BLOCKQUOTE P BR UL OL LI DIV".split(" "));
const DROPPED = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT".split(" "));
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** The post as elements; unknown tags leave their text, attributes go but for a link's address. */
export function drawMarkup(markup: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  const drawn = document.createDocumentFragment();
  copy(parsed.body, drawn);
  return drawn;
}

function copy(from: Node, to: Node): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE)
      to.appendChild(document.createTextNode(node.textContent ?? ""));
    if (!(node instanceof Element) || DROPPED.has(node.tagName)) continue;
    const kept = element(node);
    copy(node, kept ?? to);
    if (kept) to.appendChild(kept);
  }
}

function element(node: Element): HTMLElement | null {
  if (KEPT.has(node.tagName)) return document.createElement(node.tagName);
  if (node.tagName !== "A") return null;
  const href = node.getAttribute("href") ?? "";
  if (!URL.canParse(href) || !SCHEMES.has(new URL(href).protocol)) return null;
  const link = document.createElement("a");
  link.href = href;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}
