import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** Reads a file's text by its path from the project's folder, or null where there is no such file. */
export type ReadSource = (file: string) => string | null;

/** One `import`, `export … from`, `import()`, `import.meta.resolve()` or `require()` of a file. */
export type Import = { specifier: string; typeOnly: boolean };

const STATIC = /^[ \t]*(import|export)\b(?:([^"'`;]*?)\bfrom\s*)?\s*(["'])([^"'\n]+)\3/gm;
const DYNAMIC =
  /\b(?:import|require|import\.meta\.resolve|getBuiltinModule)\s*\(\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`$\n]+)\1/g;
const ENDINGS = ["", ".ts", ".tsx", ".d.ts", "/index.ts", "/index.tsx"];

/** The imports of a source, in the order in which they stand there. Comments do not count. */
export function importsOf(source: string): Import[] {
  const code = source.replace(/^\s*(\/\/.*|\*.*|\/\*\*?[^\n]*)$/gm, "");
  const found: Import[] = [];
  for (const [, , names = "", , specifier = ""] of code.matchAll(STATIC)) {
    found.push({ specifier, typeOnly: isTypeOnly(names.trim()) });
  }
  for (const [, , specifier = ""] of code.matchAll(DYNAMIC)) found.push({ specifier, typeOnly: false });
  return found;
}

function isTypeOnly(names: string): boolean {
  if (/^type\b(?!\s*,|\s*$)/.test(names)) return true;
  const braces = /^\{([^}]*)\}$/s.exec(names)?.[1];
  const list = braces?.split(",").filter((name) => name.trim());
  return Boolean(list?.length) && list?.every((name) => /^\s*type\s/.test(name)) === true;
}

/** Where an import leads: a file of the project, or a package or built-in module as `from` writes it. */
export function resolveImport(specifier: string, from: string, read: ReadSource): string {
  const isOurs = specifier.startsWith("@/") || specifier.startsWith(".");
  if (!isOurs) return packageOf(specifier);
  const base = specifier.startsWith("@/") ? specifier.slice(2) : path.join(path.dirname(from), specifier);
  const file = ENDINGS.map((ending) => path.normalize(base + ending)).find((name) => read(name) !== null);
  if (!file) throw new Error(`${from} imports ${specifier}, which is not there`);
  return file;
}

/** `jose` for `jose/jwt/decrypt`, `@noble/hashes` for `@noble/hashes/sha2.js`; built-in modules with `node:`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** Every file and package that is reached from these files by imports that remain at run time, themselves included. */
export function closure(entries: readonly string[], read: ReadSource = readProject): Set<string> {
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const source = isSource(file) ? read(file) : null;
    if (source === null) continue;
    for (const { specifier, typeOnly } of importsOf(source)) {
      if (!typeOnly) waiting.push(resolveImport(specifier, file, read));
    }
  }
  return reached;
}

export function isSource(name: string): boolean {
  return /\.[cm]?tsx?$/.test(name);
}

/** A file of this project, which is the working folder. */
export const readProject: ReadSource = (file) =>
  existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : null;

/** The source files below a folder, or the file itself; those of tests only where they are asked for. */
export function sourcesIn(place: string, options: { tests?: boolean } = {}): string[] {
  if (!existsSync(place)) return [];
  if (statSync(place).isFile()) return [place];
  const files = readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules" || entry.name === "test-results")
      return [];
    const child = path.join(place, entry.name);
    return entry.isDirectory() ? sourcesIn(child, options) : isSource(child) ? [child] : [];
  });
  return options.tests ? files : files.filter((file) => !isTest(file));
}

/** Tests and what only tests use may import from everywhere. */
export function isTest(file: string): boolean {
  return (
    /\.(test|spec)\.tsx?$/.test(file) || /^(e2e|(services|cli)\/test)\//.test(file.replaceAll("\\", "/"))
  );
}
