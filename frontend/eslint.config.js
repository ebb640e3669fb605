// The frontend's rules: imports go one way, no visible word lies in code, and types are never waved away.
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

const LAYERS = ["model", "words", "state", "api", "auth", "canvas", "storage", "parts", "pages", "main"];
const SIDE_BY_SIDE = ["api", "auth", "canvas", "storage"];

/** What a folder may not import: every layer after it, and the neighbours beside it. */
function forbiddenIn(layer) {
  const later = LAYERS.slice(LAYERS.indexOf(layer) + 1);
  const beside = SIDE_BY_SIDE.includes(layer) && layer !== "auth" ? SIDE_BY_SIDE.filter((name) => name !== layer) : [];
  const beyond = layer === "auth" ? later.filter((name) => name !== "api") : later;
  return [...new Set([...beyond, ...beside])];
}

const direction = LAYERS.filter((layer) => forbiddenIn(layer).length > 0).map((layer) => ({
  files: [`src/${layer}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          { group: forbiddenIn(layer).map((name) => `**/${name}/**`), message: `src/${layer} may not import this.` },
          ...(layer === "auth" ? [] : [{ group: ["firebase", "firebase/*"], message: "Only src/auth/firebase.ts." }]),
        ],
      },
    ],
  },
}));

const pagesApart = ["check", "review", "admin"].map((page) => ({
  files: [`src/pages/${page}/**/*.{ts,tsx}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            group: ["check", "review", "admin"].filter((other) => other !== page).map((other) => `**/${other}/**`),
            message: "Pages share through src/parts, not with each other.",
          },
          { group: ["**/main/**", "firebase", "firebase/*"], message: "Pages do not import this." },
        ],
      },
    ],
  },
}));

const SHOWN = ":matches(JSXElement, JSXFragment) > JSXExpressionContainer";

const noWordsInCode = {
  files: ["src/**/*.tsx"],
  rules: {
    "no-restricted-syntax": [
      "error",
      { selector: "JSXText[value=/\\p{L}/u]", message: "Visible words belong in src/words." },
      {
        selector: "JSXAttribute[name.name=/^(aria-label|aria-description|title|alt|placeholder|label)$/] > Literal[value=/\\p{L}/u]",
        message: "Words that are read aloud or shown belong in src/words.",
      },
      { selector: `${SHOWN} > Literal[value=/\\p{L}/u]`, message: "Visible words belong in src/words." },
      {
        selector: `${SHOWN} > :matches(ConditionalExpression, LogicalExpression) > Literal[value=/\\p{L}/u]`,
        message: "Visible words belong in src/words.",
      },
      {
        selector: `${SHOWN} > TemplateLiteral > TemplateElement[value.raw=/\\p{L}/u]`,
        message: "Visible words belong in src/words.",
      },
    ],
  },
};

export default defineConfig(
  { ignores: ["dist/**", "src/model/schema.ts"] },
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } } },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", 300],
      complexity: ["error", 12],
    },
  },
  { files: ["eslint.config.js"], extends: [ts.configs.disableTypeChecked] },
  direction,
  pagesApart,
  noWordsInCode,
);
