// What both bundles share: the product's pages and the demo's.
import type { UserConfig } from "vite";

/**
 * A build whose pages obey `default-src 'self'`: nothing is inlined (neither
 * scripts nor `data:` assets), and every address is relative, so that a page
 * also works behind a path prefix.
 */
export function pages(outDir: string, input: Record<string, string>): UserConfig {
  return {
    base: "./",
    build: {
      assetsInlineLimit: 0,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      outDir,
      rollupOptions: { input },
      target: "es2022",
    },
  };
}
