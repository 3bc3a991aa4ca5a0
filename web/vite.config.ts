// The product's pages, embedded into the `beckon` binary.
import { defineConfig } from "vite";
import { pages } from "./vite.base.ts";

export default defineConfig(
  pages("dist", { console: "console/index.html", results: "console/results.html" }),
);
