import { clsx } from "clsx";
import type { ComponentProps } from "react";

type Look = "primary" | "quiet" | "danger" | "bare";

const LOOKS: Record<Look, string> = {
  primary: "bg-inverse text-on-inverse hover:opacity-88",
  quiet: "border border-line bg-surface text-ink hover:bg-sunken",
  danger: "bg-blocked text-surface hover:opacity-88",
  bare: "text-muted hover:bg-sunken hover:text-ink",
};

/** The classes of a button, for links that look like one. */
export function buttonClass(look: Look = "quiet", size: "small" | "normal" = "normal"): string {
  return clsx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap",
    "transition-[background-color,opacity,color] disabled:opacity-50",
    size === "small" ? "h-7 px-2 text-xs max-md:h-9 max-md:px-3" : "h-9 px-3 text-sm max-md:h-10",
    LOOKS[look],
  );
}

export function Button({
  look = "quiet",
  size = "normal",
  className,
  type = "button",
  ...rest
}: ComponentProps<"button"> & { look?: Look; size?: "small" | "normal" }) {
  return <button type={type} className={clsx(buttonClass(look, size), className)} {...rest} />;
}
