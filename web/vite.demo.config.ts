// The demo page, embedded into `beckon-demo` only: no page that the product serves has Microsoft's
// card renderer.
import { defineConfig } from "vite";
import { pages } from "./vite.base.ts";

export default defineConfig(pages("dist-demo", { demo: "index.html" }));
