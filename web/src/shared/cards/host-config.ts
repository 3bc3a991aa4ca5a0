// How Microsoft's renderer draws cards here: Teams' measures, with colours
// that are CSS variables, so that light and dark need no second drawing.
import { HostConfig } from "adaptivecards";

const TONES = ["default", "dark", "light", "accent", "good", "warning", "attention"] as const;
const CONTAINERS = ["default", "emphasis", "accent", "good", "warning", "attention"] as const;

function foreground(): Record<string, object> {
  return Object.fromEntries(
    TONES.map((tone) => [
      tone,
      { default: `var(--card-${tone})`, subtle: `var(--card-${tone}-subtle)` },
    ]),
  );
}

function containerStyles(): Record<string, object> {
  return Object.fromEntries(
    CONTAINERS.map((name) => [
      name,
      { backgroundColor: `var(--card-on-${name})`, foregroundColors: foreground() },
    ]),
  );
}

const FONT = {
  fontFamily: "inherit",
  fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
};

export function teamsHostConfig(): HostConfig {
  return new HostConfig({
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: "var(--stroke)" },
    imageSizes: { small: 32, medium: 52, large: 100 },
    fontTypes: { default: FONT, monospace: { ...FONT, fontFamily: "monospace" } },
    textStyles: { heading: { size: "large", weight: "bolder", color: "default" } },
    lineHeights: { small: 18, default: 22, medium: 22, large: 26, extraLarge: 32 },
    containerStyles: containerStyles(),
    actions: {
      maxActions: 6,
      spacing: "default",
      buttonSpacing: 8,
      showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" },
      actionsOrientation: "horizontal",
      actionAlignment: "left",
    },
    adaptiveCard: { allowCustomStyle: false },
    factSet: {
      title: { color: "default", size: "default", weight: "bolder", wrap: true, maxWidth: 150 },
      value: { color: "default", size: "default", weight: "default", wrap: true },
      spacing: 16,
    },
  });
}
