// An empty card of Microsoft's renderer, set up to draw as Teams does.
import { AdaptiveCard } from "adaptivecards";
import MarkdownIt from "markdown-it";
import { teamsHostConfig } from "./host-config.ts";

// What Teams reads in a TextBlock: emphasis, lists and links, never HTML. With
// `html` off the library escapes all markup, which makes its output safe.
const markdown = new MarkdownIt("zero", { html: false, breaks: true }).enable([
  "emphasis",
  "escape",
  "entity",
  "link",
  "list",
  "newline",
]);

AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown.render(text);
  result.didProcess = true;
};

export function emptyCard(): AdaptiveCard {
  const card = new AdaptiveCard();
  card.hostConfig = teamsHostConfig();
  return card;
}
