// The demo page, embedded into `beckon-demo` only: Microsoft's card renderer
// never ships with the product.
import { defineConfig } from "vite";
import { pages } from "./vite.base.ts";

export default defineConfig(pages("dist-demo", { demo: "index.html" }));
