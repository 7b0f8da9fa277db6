import { headers } from "next/headers";
import { type ReactNode, Suspense } from "react";

/**
 * Content that a page within the app waits for behind a skeleton. A document is sent whole instead: what is streamed
 * into it is put in its place by a script, and would be lost to readers without any.
 */
export async function Streamed({ fallback, children }: { fallback: ReactNode; children: ReactNode }) {
  const isDocument = (await headers()).get("sec-fetch-dest") !== "empty";
  return isDocument ? children : <Suspense fallback={fallback}>{children}</Suspense>;
}
