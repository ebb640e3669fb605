// The frontend's own rules bite: planted violations are found.
import { ESLint } from "eslint";
import ts from "typescript-eslint";
import { expect, it } from "vitest";

const eslint = new ESLint({
  cwd: new URL("..", import.meta.url).pathname,
  overrideConfig: [
    { ...ts.configs.disableTypeChecked, languageOptions: { parserOptions: { projectService: false } } },
  ] as never,
});

async function broken(code: string, filePath: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return result?.messages.map((message) => message.ruleId) ?? [];
}

it.each([
  ["text between tags", "export const A = () => <p>Hello</p>;"],
  ["a name that is read aloud", 'export const A = () => <img aria-label="Hello" alt="" />;'],
  ["a tooltip", 'export const A = () => <p title="Hello" />;'],
  ["a string in braces", 'export const A = () => <p>{"Hello"}</p>;'],
  ["a choice of strings", 'export const A = ({ b }: { b: boolean }) => <p>{b ? "Hello" : null}</p>;'],
  ["Chinese", "export const A = () => <p>你好</p>;"],
])("refuses %s in code", async (_name, code) => {
  expect(await broken(code, "src/parts/Notice.tsx")).toContain("no-restricted-syntax");
});

it.each([
  ["model", "src/model/colours.ts", "../state/toasts"],
  ["state", "src/state/toasts.ts", "../api/ask"],
  ["api", "src/api/ask.ts", "../auth/session"],
  ["parts", "src/parts/Button.tsx", "../pages/check/CheckPage"],
  ["a page", "src/pages/check/CheckPage.tsx", "../review/ReviewPage"],
  ["a page", "src/pages/check/CheckPage.tsx", "../../main/start"],
  ["everybody but its file", "src/api/ask.ts", "firebase/auth"],
])("keeps %s from importing what comes after it", async (_layer, filePath, target) => {
  expect(await broken(`import "${target}";\n`, filePath)).toContain("no-restricted-imports");
});
