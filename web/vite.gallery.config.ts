// The page of `beckon card preview`: one script and one sheet, which the command puts into a page
// of its own. After the product's pages, whose build empties `dist`.
import { defineConfig } from "vite";

export default defineConfig({
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    // Newer than the rest: `light-dark()` stays as it is, since each panel has a scheme of its own.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    emptyOutDir: true,
    lib: {
      cssFileName: "gallery",
      entry: "src/gallery/main.ts",
      fileName: () => "gallery.js",
      formats: ["iife"],
      name: "gallery",
    },
    outDir: "dist/gallery",
    target: "es2022",
  },
});
