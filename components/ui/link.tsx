import NextLink from "next/link";
import type { ComponentProps } from "react";

/**
 * A link within the dashboard. Nothing is fetched before a click: every request counts at the door, and a table of fifty
 * rows would ask for fifty pages that nobody opens.
 */
export function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />;
}
