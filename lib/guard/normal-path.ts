/**
 * The path as policies compare it: percent-decoded once, slashes collapsed, dot segments resolved, without a trailing
 * slash. A path that cannot be decoded is compared as it is.
 */
export function normalPath(path: string): string {
  let text = path;
  if (text.includes("%")) {
    try {
      text = decodeURIComponent(text);
    } catch {
      text = path;
    }
  }
  if (!/\/\/|\\|\/\.|\/$/.test(text)) return text || "/";
  const kept: string[] = [];
  for (const segment of text.replaceAll("\\", "/").split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") kept.pop();
    else kept.push(segment);
  }
  return `/${kept.join("/")}`;
}
