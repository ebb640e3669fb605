// How the site is built: one HTML page per audience, each with only the script it needs.
import { defineConfig } from "vitest/config";

/** What every page draws first. */
const SHARED = new RegExp(
  "node_modules/@?preact|src/(main/start|api/problem|state/(theme|toasts)|parts/(Button|Frame|Notice|Toasts|lazily)|" +
    "words/(words|locale|[^/]+/shared))",
);

export default defineConfig({
  build: {
    assetsInlineLimit: 0, // the Content-Security-Policy allows no inline script or style
    chunkSizeWarningLimit: 3100, // the HEIC decoder, fetched only where a browser cannot read such a file
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // a browser fetches six files at a time from one server of old: the first screen needs fewer than that
      output: { codeSplitting: { groups: [{ name: "shared", test: SHARED }] } },
      input: { index: "index.html", review: "review.html", admin: "admin.html" },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { include: ["tests/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"], testTimeout: 30_000 },
});
